# The local image store in a container. docs/install.md shows how to run it.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION="" COMMIT="" DATE=""
ENV CGO_ENABLED=0 SET="-X github.com/sfstore/sfstore/internal/cli."
RUN go build -trimpath -buildvcs=false -ldflags "-s -w ${SET}version=$VERSION ${SET}commit=$COMMIT ${SET}date=$DATE" \
      -o /out/sfstore ./cmd/sfstore && mkdir /out/data

FROM scratch
COPY --from=build /out/sfstore /sfstore
# A new volume takes its owner from here.
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
VOLUME /data
EXPOSE 19080
HEALTHCHECK --interval=10s --start-period=5s CMD ["/sfstore", "info", "--quiet", "--endpoint", "http://127.0.0.1:19080"]
ENTRYPOINT ["/sfstore"]
CMD ["serve", "--listen", "0.0.0.0:19080", "--data", "/data"]
