# The sfstore project. `make help` lists the targets.

GO      ?= go
TOOL     = $(GO) tool -modfile=tools/go.mod
# The race detector needs a C compiler; without one the tests still run.
RACE    := $(if $(filter 1,$(shell $(GO) env CGO_ENABLED)),-race)
PYTHON  ?= python3
# How long `make soak` spends on each fuzz target.
FUZZTIME ?= 10s

.PHONY: help run build generate recordings released test rehearse soak bench windows interop generators docs dist dist-check conformance check format lint tidy words drift contract compatible vulnerabilities clean

help:
	@printf '%s\n' \
	  'run          the main job on an embedded local store: sfstore demo' \
	  'build        bin/sfstore' \
	  'generate     gen/ from openapi.yaml' \
	  'recordings   api/testdata/emulator, the responses of the local store' \
	  'released     store openapi.yaml as that of a release, which later ones are compared with' \
	  'test         all tests, with the race detector where there is a C compiler' \
	  'rehearse     adds an operation in a copy of the checkout, by its documented steps' \
	  'soak         each fuzz target for FUZZTIME ($(FUZZTIME)), long fault histories, kills and power cuts' \
	  'bench        speed, as ratios measured in one run; ONLY=text picks rows' \
	  'windows      the command and the tests as Windows programs, under Wine 9 or newer (WINE, the PATH, or Debian as root)' \
	  'conformance  sfstore conform: whether a cluster behaves as expected (ENDPOINT=URL, ARGS=flags)' \
	  'interop      real clients and a browser against the local store (needs python3 3.11 or newer, npm, Java 17, Maven, and Debian)' \
	  'generators   clients that other generators make of openapi.yaml, compiled and run (part of interop)' \
	  'docs         .cache/docs/openapi.html, the document as one HTML page (needs npm)' \
	  'dist         dist/, what a release consists of, from the commit: make dist VERSION=v0.1.0 (needs npm)' \
	  'dist-check   builds dist/ of the commit twice, compares, tries the archive, the .deb and the image (needs npm)' \
	  'check        formatting, linters, tidiness, wording, generated code, the document and its compatibility, known vulnerabilities (needs npm)' \
	  'clean        remove everything that was built'

run:
	@$(GO) run ./cmd/sfstore demo

build:
	$(GO) build -o bin/sfstore ./cmd/sfstore

generate:
	$(GO) generate ./...

# The tests fail if these are not the responses of the local store.
recordings:
	$(GO) test -count=1 -run '^TestRecordings$$' ./emulator -update

released:
	cp openapi.yaml api/testdata/released/openapi.yaml

# A program with the race detector otherwise waits a second before it exits. The tests of the command take
# longest and wait at times: they come first, and two other packages beside them.
test:
	@$(if $(RACE),,echo 'no C compiler: the tests run without the race detector')
	GORACE=atexit_sleep_ms=0 $(GO) test $(RACE) -p 3 ./internal/cli ./...

# The steps are those of docs/adding-an-operation.md.
rehearse:
	cd tools && $(GO) run ./rehearse

# Long histories, kills and power cuts. TestPowerCut needs root and a loop device, and
# TestLargeFile 40 GiB of disk; each is skipped with a reason if it cannot run.
soak:
	@set -e; for package in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
	    echo "$$package $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
	  done; \
	done
	SFSTORE_HISTORIES=4000 $(GO) test -count=1 -run Histories -timeout 15m ./upload
	SFSTORE_KILLS=100 $(GO) test -count=1 -run TestKilledAtRandomMoments -timeout 15m ./upload
	SFSTORE_KILLS=100 $(GO) test -count=1 -run TestRecordKilledAtRandomMoments -timeout 15m ./internal/cli
	SFSTORE_INTERRUPTS=50 $(GO) test -count=1 -run 'TestInterruptedItLeavesNothing|TestConformInterrupted' -timeout 20m ./emulator/conformance ./internal/cli
	SFSTORE_LARGE=1 $(GO) test -count=1 -run TestMemoryOfALargeFile ./upload
	SFSTORE_LARGE=1 $(GO) test -count=1 -run 'TestMemoryOfALargeRecording|TestAnEntryThatIsTooLongNamesThePlace|TestLongUploadsAreCutAnywhere|TestALongStringIsCut' -timeout 20m ./api/recording
	SFSTORE_LARGE=1 $(GO) test -count=1 -run TestRecordOfALargeBody -timeout 20m ./internal/cli
	SFSTORE_SESSIONS=10000 $(GO) test -count=1 -run '^TestManySessions$$' ./emulator
	SFSTORE_LARGE_FILE=10737418240 $(GO) test -count=1 -run '^TestLargeFile$$' -v ./emulator
	@if [ "$$(id -u)" = 0 ]; then export SFSTORE_POWERCUT=20; fi; \
	  $(GO) test -count=1 -run '^TestPowerCut$$' -v ./emulator

# Whether a cluster behaves as expected: make conformance ENDPOINT=https://host:19080 ARGS='--yes --cert client.pem'
conformance:
	$(GO) run ./cmd/sfstore conform $(if $(ENDPOINT),--endpoint '$(ENDPOINT)') $(ARGS)

# A text in ONLY picks rows: make bench ONLY=azblob
bench:
	cd bench && $(GO) run . -only '$(ONLY)'
	$(GO) test -run '^$$' -bench '^Benchmark(Call|Put)$$' -benchtime 20000x -count 5 ./wrapper/imagestore
	$(GO) test -run '^$$' -bench SmallFiles -benchtime 1x -count 3 ./emulator
	$(GO) test -run '^$$' -bench Validate -benchtime 5x -count 3 ./api/recording

# Wine is that of WINE, that of the PATH, or that of Debian's packages, which are unpacked below .cache
# and run in a chroot; the last needs root.
windows:
	@GO='$(GO)' tools/windows.sh

# Real clients against the local image store.
interop: interop/.venv/.installed interop/js/node_modules/.package-lock.json interop/.apache/.installed interop/.chromium/.installed generated
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

# Debian's Chromium, where none is installed, is unpacked there with the libraries that this system lacks.
interop/.chromium/.installed:
	rm -rf interop/.chromium && mkdir -p interop/.chromium/root interop/.chromium/debs/partial
	cd interop/.chromium && if ! command -v chromium >/dev/null; then \
	  get() { apt-get -y -qq --no-install-recommends --download-only -o Dir::Cache::archives="$$PWD/debs" install chromium fonts-dejavu-core; }; \
	  { get 2>/dev/null || { apt-get update && get; }; } && \
	  for package in debs/*.deb; do dpkg -x $$package root || exit 1; done; rm -rf debs; \
	fi
	@touch $@

# Clients that other people's generators make of openapi.yaml, each compiled or type-checked, and
# run against the local image store. All files of a generator stay in its folder.
GENERATORS = interop/generators
.PHONY: generated
generators: generated
	cd interop && $(GO) test -count=1 -run '^(TestGenerators|TestSchemathesis)$$' .

generated: $(GENERATORS)/ogen/drive $(GENERATORS)/python/generated/.checked $(GENERATORS)/typescript/generated/.checked $(GENERATORS)/java/target/.built

$(GENERATORS)/ogen/drive: openapi.yaml $(GENERATORS)/ogen/main.go $(GENERATORS)/ogen/go.sum
	cd $(@D) && $(GO) tool ogen --target client --package client --clean --loglevel error ../../../openapi.yaml
	cd $(@D) && $(GO) build -o drive .

$(GENERATORS)/python/.venv/.installed: $(GENERATORS)/python/requirements.txt
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/pip install --quiet --require-hashes --only-binary :all: -r $<
	@touch $@

# The generator warns of the media type */* of uploads, and leaves it out.
$(GENERATORS)/python/generated/.checked: openapi.yaml $(GENERATORS)/python/drive.py $(GENERATORS)/python/config.yml $(GENERATORS)/python/.venv/.installed
	rm -rf $(@D) && mkdir $(@D) && touch $(@D)/__init__.py
	cd $(@D)/.. && .venv/bin/openapi-python-client generate --path ../../../openapi.yaml \
	  --config config.yml --meta none --output-path generated/image_store >generated/log 2>&1 || { cat generated/log; exit 1; }
	cd $(@D)/.. && .venv/bin/mypy --strict --cache-dir generated/.mypy drive.py generated
	@touch $@

$(GENERATORS)/typescript/node_modules/.package-lock.json: $(GENERATORS)/typescript/package-lock.json
	npm ci --prefix $(GENERATORS)/typescript --no-audit --no-fund --ignore-scripts
	@touch $@

$(GENERATORS)/typescript/generated/.checked: openapi.yaml $(wildcard $(GENERATORS)/typescript/*.ts $(GENERATORS)/typescript/tsconfig.json) $(GENERATORS)/typescript/node_modules/.package-lock.json
	rm -rf $(@D)
	cd $(@D)/.. && node_modules/.bin/openapi-typescript ../../../openapi.yaml -o generated/schema.ts
	cd $(@D)/.. && node_modules/.bin/openapi-ts -i ../../../openapi.yaml -o generated/hey-api -c @hey-api/client-fetch --no-log-file
	cd $(@D)/.. && node_modules/.bin/tsc
	@touch $@

$(GENERATORS)/java/target/.built: openapi.yaml $(GENERATORS)/java/pom.xml $(GENERATORS)/java/src/main/java/Drive.java
	cd $(GENERATORS)/java && mvn --quiet --batch-mode --strict-checksums -Dmaven.repo.local=.m2 clean package
	@touch $@

# The document as one page that needs nothing else, for people to read; part of a release.
docs: .cache/docs/openapi.html
.cache/docs/openapi.html: openapi.yaml tools/node_modules/.package-lock.json
	mkdir -p $(@D)
	$(REDOCLY) build-docs openapi.yaml --inlineBundle --output $@
	@! grep -Eo '<(script|link)[^>]* (src|href)=.https?:[^>]*' $@ || { echo '$@ loads something from elsewhere'; rm $@; exit 1; }

# What a release consists of. Its bytes depend only on the commit, its date, VERSION, and the version
# of Go.
dist: docs
	cd tools/dist && $(GO) run . -version '$(VERSION)' -page ../../.cache/docs/openapi.html

dist-check:
	cd tools/dist && $(GO) test -count=1 -timeout 30m .
	@GO='$(GO)' tools/image.sh

check: format lint tidy words drift contract compatible vulnerabilities

format:
	@files=$$(gofmt -l .); [ -z "$$files" ] || { echo "not formatted (gofmt -w .):"; echo "$$files"; exit 1; }

lint:
	$(GO) vet ./...
	@set -e; for system in windows darwin freebsd; do \
	  echo "GOOS=$$system $(GO) vet ./..."; GOOS=$$system CGO_ENABLED=0 $(GO) vet ./...; \
	done
	$(TOOL) golangci-lint run ./...
	cd bench && $(GO) tool -modfile=../tools/go.mod golangci-lint run -c ../.golangci.yml ./...
	cd interop && $(GO) tool -modfile=../tools/go.mod golangci-lint run -c ../.golangci.yml ./...
	cd tools && $(GO) vet ./... && $(GO) tool golangci-lint run -c ../.golangci.yml ./...
	cd tools/dist && $(GO) vet ./... && $(GO) tool -modfile=../go.mod golangci-lint run -c ../../.golangci.yml ./...

tidy:
	$(GO) mod tidy -diff
	@for module in tools tools/dist bench interop; do (cd $$module && $(GO) mod tidy -diff) || exit 1; done

# Finds phrases that are hard to read; tools/words/words.txt lists them.
words:
	@cd tools && $(GO) test ./words && $(GO) run ./words ..

# gen/ must be exactly what `make generate` writes.
drift:
	@rm -rf .cache/gen && mkdir -p .cache && cp -R gen .cache/gen
	$(GO) generate ./...
	@diff -r gen .cache/gen || { echo 'gen/ was not what make generate writes; commit what it wrote'; exit 1; }

REDOCLY = REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true tools/node_modules/.bin/redocly

contract: tools/node_modules/.package-lock.json
	$(REDOCLY) lint openapi.yaml

# The document must not break clients of the last release. Planted breaks check the check.
BREAKING = $(TOOL) oasdiff breaking --fail-on ERR --severity-levels tools/oasdiff-levels.txt --format singleline

compatible:
	$(BREAKING) api/testdata/released/openapi.yaml openapi.yaml
	@tools/plant-breaks.sh $(BREAKING)

# Known vulnerabilities in code that is called. Without the database there is nothing to check against.
VULNDB ?= https://vuln.go.dev
vulnerabilities:
	@if curl --silent --fail --output /dev/null --connect-timeout 5 --max-time 20 $(VULNDB)/index/db.json; then \
	  echo '$(TOOL) govulncheck ./...'; $(TOOL) govulncheck -db $(VULNDB) ./...; \
	else \
	  echo 'govulncheck did not run: $(VULNDB) cannot be reached'; \
	fi

tools/node_modules/.package-lock.json: tools/package-lock.json
	npm ci --prefix tools --no-audit --no-fund
	@touch $@

clean:
	rm -rf bin dist .cache tools/node_modules interop/.venv interop/js/node_modules interop/.apache interop/.chromium \
	  $(GENERATORS)/ogen/client $(GENERATORS)/ogen/drive $(GENERATORS)/python/.venv $(GENERATORS)/python/generated \
	  $(GENERATORS)/typescript/node_modules $(GENERATORS)/typescript/generated $(GENERATORS)/java/.m2 $(GENERATORS)/java/target
