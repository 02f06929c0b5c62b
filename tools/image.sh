#!/bin/sh
# Builds the image of the Dockerfile, runs it, and tries its health check and an upload. It needs root, and
# neither a daemon nor a registry: buildah comes from Debian's packages, which are unpacked below .cache, and
# a base image with the Go of this machine replaces golang:1.26.
set -eu
cd "$(dirname "$0")/.."
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo 'the Dockerfile was not tried: that needs root and the packages of Debian'
  exit 0
fi
GO=${GO:-go}
work=$PWD/.cache/image
root=$work/packages
if [ ! -e "$work/.installed" ]; then
  rm -rf "$work"
  mkdir -p "$root" "$work/debs/partial"
  get() {
    apt-get -y -qq --no-install-recommends --download-only --reinstall \
      -o Dir::Cache::archives="$work/debs" install buildah busybox-static crun patchelf
  }
  get 2>/dev/null || { apt-get update -qq && get; }
  for package in "$work"/debs/*.deb; do dpkg -x "$package" "$root"; done
  rm -rf "$work/debs"
  # buildah starts itself again without the environment, so LD_LIBRARY_PATH would not help.
  "$root/usr/bin/patchelf" --set-rpath "$root/usr/lib/$(uname -m)-linux-gnu" "$root/usr/bin/buildah"
  echo '{"default":[{"type":"insecureAcceptAnything"}]}' >"$work/policy.json"
  touch "$work/.installed"
fi

buildah() {
  command=$1
  shift
  "$root/usr/bin/buildah" --root "$work/store" --runroot "$work/run" --storage-driver vfs "$command" "$@"
}
bud() {
  buildah bud --quiet --isolation chroot --format docker --pull-never --signature-policy "$work/policy.json" \
    --registries-conf /dev/null "$@" >/dev/null
}
# stop ends the programs that a process has started, down to the last; then the process ends by itself.
stop() {
  below=$(ps -o pid= --ppid "$1" || true)
  if [ -z "$below" ]; then kill "$1" 2>/dev/null || true; fi
  for child in $below; do stop "$child"; done
}
server=
finish() {
  [ -z "$server" ] || { stop "$server"; wait "$server" 2>/dev/null || true; }
  buildah rm --all >/dev/null 2>&1 || true
  rm -rf "$work/base" "$work/store" "$work/run"
}
trap finish EXIT

mkdir -p "$work/base/root/bin" "$work/base/root/tmp" "$work/base/root/usr/local/go"
cp "$root/bin/busybox" "$work/base/root/bin/"
for program in sh mkdir; do ln -s busybox "$work/base/root/bin/$program"; done
cat >"$work/base/Dockerfile" <<'EOF'
FROM scratch
COPY root/ /
ENV PATH=/usr/local/go/bin:/bin GOPATH=/go
EOF
bud --tag docker.io/library/golang:1.26 "$work/base"

$GO mod download
bud --build-arg VERSION=v0.0.0-image --volume "$($GO env GOROOT):/usr/local/go:ro" --volume "$($GO env GOMODCACHE):/go/pkg/mod:ro" \
  --volume "$($GO env GOCACHE):/root/.cache/go-build" --tag sfstore .

container=$(buildah from --pull-never --signature-policy "$work/policy.json" sfstore)
run() { buildah run --isolation chroot "$container" -- "$@"; }
run /sfstore version | grep '^sfstore v0.0.0-image ' >/dev/null

# The port of the image may be in use on this machine.
mkfifo "$work/base/url"
run /sfstore serve --listen 127.0.0.1:0 --data /data --quiet >"$work/base/url" &
server=$!
read -r url <"$work/base/url"
run /sfstore info --quiet --endpoint "$url" >/dev/null
if run /sfstore info --quiet --endpoint http://127.0.0.1:1 >/dev/null 2>&1; then
  echo 'the health check succeeds without a server'
  exit 1
fi
echo hello >"$work/base/hello"
$GO run ./cmd/sfstore upload --quiet --endpoint "$url" "$work/base/hello" App/hello
run /sfstore ls --endpoint "$url" App | grep hello >/dev/null
user=$(ps -o uid= -C sfstore | tr -d ' ' | sort -u)
case " $user " in *65532*) ;; *)
  echo "the server does not run as the user of the image: $user"
  exit 1
  ;;
esac
echo 'the image is built, serves as user 65532, and its health check works'
