# Silverbell 银铃. On a fresh Debian machine with Rust and Node: `make run`, `make test`.
# Both install what is missing (Debian packages by apt-get, npm by the lockfile, crates by
# Cargo.lock) and say so.

CONSOLE := dispatcher-console
PAGES   := $(CONSOLE)/dist/index.html
MODULES := $(CONSOLE)/node_modules/.package-lock.json
SOURCES := $(shell find $(CONSOLE)/src $(CONSOLE)/*.html $(CONSOLE)/*.json $(CONSOLE)/*.ts -type f 2>/dev/null)

# One target directory, one build at a time.
CARGO   := cargo
DEBUG   := $(CURDIR)/target/debug/silverbell
RELEASE := $(CURDIR)/target/release/silverbell

.PHONY: help run build test test-rust test-simulation test-pages test-browser lint generate check-generated bench clean
.PHONY: fuzz fuzz-short fuzz-seeds cargo-fuzz

help:
	@echo "make run       build everything and run the service with the demo district"
	@echo "make build     a complete target/release/silverbell, pages inside"
	@echo "make test      every test: unit, contract, integration, simulation, browser, a little fuzzing"
	@echo "make test-simulation  300 days of chaos from a fresh seed (see tests/simulation/src/lib.rs)"
	@echo "make lint      formatting, clippy, types, texts, and that generated files are fresh"
	@echo "make generate  checked-query metadata, TypeScript types, OpenAPI document"
	@echo "make fuzz      the decoders against what libFuzzer finds, for hours (see fuzz/README.md)"
	@echo "make bench     the benchmarks (see loadtest/README.md)"

run: build
	$(RELEASE) serve --demo

build: $(PAGES) openssl
	$(CARGO) build --release --locked --package silverbell-server

# --- Tests ---------------------------------------------------------------------------------------

test: test-rust test-simulation test-pages test-browser fuzz-short

test-rust: $(PAGES) compiler openssl postgresql prometheus python strace
	$(CARGO) build --locked --package silverbell-server
	SILVERBELL_BIN=$(DEBUG) $(CARGO) test --locked --workspace
	@echo "once more over the wire, on PostgreSQL"
	SILVERBELL_BIN=$(DEBUG) SILVERBELL_TEST_DATABASE=postgres \
	  $(CARGO) test --locked --package silverbell-tests -- --skip embedded:: --skip postgres:: --skip prometheus::

# Optimised, which `make bench` and `make run` are too: what is compiled for them is used again, and
# nobody's debug build of the domain becomes slower. `--nocapture` shows the seed and what was played.
test-simulation: compiler
	$(CARGO) test --release --locked --package silverbell-simulation -- --nocapture

test-pages: $(MODULES)
	cd $(CONSOLE) && npm test

test-browser: $(PAGES) browser openssl postgresql
	$(CARGO) build --locked --package silverbell-server
	cd $(CONSOLE) && SILVERBELL_BIN=$(DEBUG) npm run e2e

# --- Fuzzing -------------------------------------------------------------------------------------

FUZZ_TARGETS := $(notdir $(basename $(wildcard fuzz/fuzz_targets/*.rs)))
FUZZ_RUNS    ?= 10000000

# Without a sanitizer: the decoders have no unsafe code, and what is asserted is found several times
# sooner, and by the stable compiler. $(1): how long.
define run-fuzz
	@for target in $(FUZZ_TARGETS); do \
	  echo "fuzzing $$target"; \
	  log=fuzz/target/$$target.log; \
	  $(CARGO) fuzz run --sanitizer none $$target -- -max_len=512 -timeout=10 \
	    -print_final_stats=1 $(1) >$$log 2>&1 || { tail -n 40 $$log; exit 1; }; \
	  sed -n 's/^stat::\(number_of_executed_units\|average_exec_per_sec\)/  \1/p' $$log; \
	done
endef

fuzz: fuzz-seeds
	$(call run-fuzz,-runs=$(FUZZ_RUNS))

# The same inputs every time on a fresh clone, as far as the time reaches.
fuzz-short: fuzz-seeds
	$(call run-fuzz,-runs=200000 -max_total_time=5 -seed=1)

fuzz-seeds: cargo-fuzz compiler
	$(CARGO) run --quiet --locked --manifest-path fuzz/Cargo.toml --package silverbell-fuzz-seeds
	$(CARGO) fuzz build --sanitizer none

# --- Linters -------------------------------------------------------------------------------------

lint: $(PAGES) compiler openssl
	$(CARGO) fmt --all --check
	$(CARGO) fmt --manifest-path fuzz/Cargo.toml --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	cd $(CONSOLE) && npm run check
	$(MAKE) check-generated

check-generated: openssl postgresql
	$(CARGO) xtask sqlx --check
	$(CARGO) xtask types --check
	$(CARGO) xtask openapi --check

generate: openssl postgresql
	$(CARGO) xtask sqlx
	$(CARGO) xtask types
	$(CARGO) xtask openapi

bench: build
	$(CARGO) run --release --locked --package silverbell-loadtest -- all

# --- Set-up --------------------------------------------------------------------------------------

$(MODULES): $(CONSOLE)/package.json $(CONSOLE)/package-lock.json
	@echo "installing the pages' modules from the lockfile"
	cd $(CONSOLE) && npm ci --no-audit --no-fund
	@touch $@

$(PAGES): $(MODULES) $(SOURCES)
	cd $(CONSOLE) && npm run build
	@touch $@

# Installs what is missing, from Debian.
define install
	@if [ -n "$(strip $(1))" ]; then \
	  echo "installing from Debian: $(strip $(1))"; \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -q -y --no-install-recommends $(1); \
	fi
endef

.PHONY: browser compiler openssl postgresql prometheus python strace

# Builds and runs the fuzz targets; from crates.io.
cargo-fuzz:
	@$(CARGO) fuzz --version >/dev/null 2>&1 || { \
	  echo "installing cargo-fuzz from crates.io"; \
	  $(CARGO) install --quiet --locked --version 0.13.2 cargo-fuzz; \
	}

# Reckons the reports once more, with the zones that its library reads.
python:
	$(call install,$(shell command -v python3 >/dev/null || echo python3) \
	  $(shell dpkg -s tzdata >/dev/null 2>&1 || echo tzdata))

# Chromium and Chinese letters, for the browser tests.
browser:
	$(call install,$(shell command -v chromium >/dev/null || echo chromium) \
	  $(shell dpkg -s fonts-noto-cjk >/dev/null 2>&1 || echo fonts-noto-cjk))

# For RoutingKit, against which tests compare the contraction hierarchy, and for libFuzzer.
compiler:
	$(call install,$(shell command -v c++ >/dev/null || echo g++))

# What pushes are encrypted with links against it.
openssl:
	$(call install,$(shell command -v pkg-config >/dev/null || echo pkg-config) \
	  $(if $(wildcard /usr/include/openssl/ssl.h),,libssl-dev))

# A server of which the tests start throw-away ones of their own.
postgresql:
	$(call install,$(if $(wildcard /usr/lib/postgresql/*/bin/initdb),,postgresql))

# Reads the files of config/prometheus, and the service, in tests. Debian starts one with the machine, which
# nobody here asked for: one that was installed just now is stopped. (Make expands both lines first.)
prometheus:
	$(call install,$(if $(shell command -v promtool),,prometheus))
	$(if $(shell command -v promtool),,@[ ! -d /run/systemd/system ] || { \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; $$sudo systemctl disable --now prometheus; })

# Lets a disk fail, in one test.
strace:
	$(call install,$(shell command -v strace >/dev/null || echo strace))

clean:
	$(CARGO) clean
	rm -rf fuzz/target
	rm -rf $(CONSOLE)/dist $(CONSOLE)/node_modules
