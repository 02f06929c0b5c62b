# The sfstore project. `make help` lists the targets.

GO      ?= go
TOOL     = $(GO) tool -modfile=tools/go.mod
# The race detector needs a C compiler; without one the tests still run.
RACE    := $(if $(filter 1,$(shell $(GO) env CGO_ENABLED)),-race)
PYTHON  ?= python3
# How long `make soak` spends on each fuzz target.
FUZZTIME ?= 10s

.PHONY: help run build generate recordings released test soak bench interop conformance check format lint tidy drift contract compatible clean

help:
	@printf '%s\n' \
	  'run          the main job on an embedded local store: sfstore demo' \
	  'build        bin/sfstore' \
	  'generate     gen/ from openapi.yaml' \
  'recordings   api/testdata/emulator, what the local store answers' \
  'released     take openapi.yaml for that of a release, which later ones are held to' \
	  'test         all tests, with the race detector where there is a C compiler' \
	  'soak         each fuzz target for FUZZTIME ($(FUZZTIME)), long fault histories, kills and power cuts' \
	  'bench        speed, as ratios measured in one run' \
	  'conformance  which facts of the local store hold at a cluster: ENDPOINT=http://host:port' \
	  'interop      real clients against the local store (needs python3 3.11 or newer, npm, and Debian)' \
	  'check        format, vet, lint, tidiness, drift of generated code, the document and how it grew (needs npm)' \
	  'clean        what was built'

run:
	@$(GO) run ./cmd/sfstore demo

build:
	$(GO) build -o bin/sfstore ./cmd/sfstore

generate:
	$(GO) generate ./...

# The tests fail when these are not what the local store answers.
recordings:
	$(GO) test -count=1 -run '^TestRecordings$$' ./emulator -update

released:
	cp openapi.yaml api/testdata/released/openapi.yaml

test:
	@$(if $(RACE),,echo 'no C compiler: the tests run without the race detector')
	$(GO) test $(RACE) ./...

# Long histories, kills and power cuts. TestPowerCut needs root and a loop device, and
# TestLargeFile 40 GiB of disk; each says so where it cannot run.
soak:
	@set -e; for package in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
	    echo "$$package $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
	  done; \
	done
	SFSTORE_HISTORIES=2000 $(GO) test -count=1 -run Histories -timeout 15m ./upload
	SFSTORE_KILLS=100 $(GO) test -count=1 -run TestKilledAtRandomMoments -timeout 15m ./upload
	SFSTORE_KILLS=100 $(GO) test -count=1 -run TestRecordKilledAtRandomMoments -timeout 15m ./internal/cli
	SFSTORE_LARGE=1 $(GO) test -count=1 -run TestMemoryOfALargeFile ./upload
	SFSTORE_LARGE=1 $(GO) test -count=1 -run TestMemoryOfALargeRecording -timeout 20m ./api/recording
	SFSTORE_LARGE_FILE=10737418240 $(GO) test -count=1 -run '^TestLargeFile$$' -v ./emulator
	@if [ "$$(id -u)" = 0 ]; then export SFSTORE_POWERCUT=20; fi; \
	  $(GO) test -count=1 -run '^TestPowerCut$$' -v ./emulator

# Which facts hold at a real cluster: make conformance ENDPOINT=http://host:19080
conformance:
	@test -n '$(ENDPOINT)' || { echo 'make conformance ENDPOINT=http://host:port' >&2; exit 2; }
	SFSTORE_CONFORMANCE='$(ENDPOINT)' $(GO) test -count=1 -v ./emulator/conformance

bench:
	cd bench && $(GO) run .
	$(GO) test -run '^$$' -bench SmallFiles -benchtime 1x -count 3 ./emulator
	$(GO) test -run '^$$' -bench Validate -benchtime 5x -count 3 ./api/recording

# Real clients against the local image store.
interop: interop/.venv/.installed interop/js/node_modules/.package-lock.json interop/.apache/.installed
	cd interop && $(GO) vet ./... && $(GO) test -count=1 -parallel 4 ./...

interop/.venv/.installed: interop/python/requirements.txt
	$(PYTHON) -m venv --clear interop/.venv
	interop/.venv/bin/pip install --quiet --require-hashes --only-binary :all: -r interop/python/requirements.txt
	@touch $@

interop/js/node_modules/.package-lock.json: interop/js/package-lock.json
	npm ci --prefix interop/js --no-audit --no-fund --ignore-scripts
	@touch $@

# Debian's packages of Apache httpd are unpacked there; nothing is installed.
APACHE = apache2-bin libapr1 libaprutil1
interop/.apache/.installed:
	rm -rf interop/.apache && mkdir -p interop/.apache/root
	cd interop/.apache && { apt-get download $(APACHE) 2>/dev/null || { apt-get update && apt-get download $(APACHE); }; }
	cd interop/.apache && for package in *.deb; do dpkg -x $$package root || exit 1; done
	@touch $@

check: format lint tidy drift contract compatible

format:
	@files=$$(gofmt -l .); [ -z "$$files" ] || { echo "not formatted (gofmt -w .):"; echo "$$files"; exit 1; }

lint:
	$(GO) vet ./...
	$(TOOL) golangci-lint run ./...
	cd bench && $(GO) tool -modfile=../tools/go.mod golangci-lint run -c ../.golangci.yml ./...
	cd interop && $(GO) tool -modfile=../tools/go.mod golangci-lint run -c ../.golangci.yml ./...

tidy:
	$(GO) mod tidy -diff
	@for module in tools bench interop; do (cd $$module && $(GO) mod tidy -diff) || exit 1; done

# What `make generate` writes must be what is there already, with no file more or less.
drift:
	@rm -rf .cache/gen && mkdir -p .cache && cp -R gen .cache/gen
	$(GO) generate ./...
	@diff -r gen .cache/gen || { echo 'gen/ was not what make generate writes; commit what it wrote'; exit 1; }

contract: tools/node_modules/.package-lock.json
	REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true tools/node_modules/.bin/redocly lint openapi.yaml

# Clients of the last release must get along with the document as it is now. The check itself is
# checked by breaks that are planted.
BREAKING = $(TOOL) oasdiff breaking --fail-on ERR --severity-levels tools/oasdiff-levels.txt --format singleline

compatible:
	$(BREAKING) api/testdata/released/openapi.yaml openapi.yaml
	@tools/plant-breaks.sh $(BREAKING)

tools/node_modules/.package-lock.json: tools/package-lock.json
	npm ci --prefix tools --no-audit --no-fund
	@touch $@

clean:
	rm -rf bin .cache tools/node_modules interop/.venv interop/js/node_modules interop/.apache
