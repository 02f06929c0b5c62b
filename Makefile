# The sfstore project. `make help` lists the targets.

GO      ?= go
TOOL     = $(GO) tool -modfile=tools/go.mod
# The race detector needs a C compiler; without one the tests still run.
RACE    := $(if $(filter 1,$(shell $(GO) env CGO_ENABLED)),-race)
# How long `make soak` spends on each fuzz target.
FUZZTIME ?= 10s

.PHONY: help run build generate test soak check format lint tidy drift contract clean

help:
	@printf '%s\n' \
	  'run       the main job on an embedded local store: sfstore demo' \
	  'build     bin/sfstore' \
	  'generate  gen/ from openapi.yaml' \
	  'test      all tests, with the race detector where there is a C compiler' \
	  'soak      each fuzz target for FUZZTIME ($(FUZZTIME))' \
	  'check     format, vet, lint, tidiness, drift of generated code, the document (needs npm)' \
	  'clean     what was built'

run:
	@$(GO) run ./cmd/sfstore demo

build:
	$(GO) build -o bin/sfstore ./cmd/sfstore

generate:
	$(GO) generate ./...

test:
	@$(if $(RACE),,echo 'no C compiler: the tests run without the race detector')
	$(GO) test $(RACE) ./...

soak:
	@set -e; for package in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
	    echo "$$package $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
	  done; \
	done

check: format lint tidy drift contract

format:
	@files=$$(gofmt -l .); [ -z "$$files" ] || { echo "not formatted (gofmt -w .):"; echo "$$files"; exit 1; }

lint:
	$(GO) vet ./...
	$(TOOL) golangci-lint run ./...

tidy:
	$(GO) mod tidy -diff
	cd tools && $(GO) mod tidy -diff

# What `make generate` writes must be what is there already, with no file more or less.
drift:
	@rm -rf .cache/gen && mkdir -p .cache && cp -R gen .cache/gen
	$(GO) generate ./...
	@diff -r gen .cache/gen || { echo 'gen/ was not what make generate writes; commit what it wrote'; exit 1; }

contract: tools/node_modules/.package-lock.json
	REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true tools/node_modules/.bin/redocly lint openapi.yaml

tools/node_modules/.package-lock.json: tools/package-lock.json
	npm ci --prefix tools --no-audit --no-fund
	@touch $@

clean:
	rm -rf bin .cache tools/node_modules
