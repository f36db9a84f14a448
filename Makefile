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

.PHONY: help run build test test-rust test-pages test-browser lint generate check-generated bench clean

help:
	@echo "make run       build everything and run the service with the demo district"
	@echo "make build     a complete target/release/silverbell, pages inside"
	@echo "make test      every test: unit, contract, integration, browser"
	@echo "make lint      formatting, clippy, types, texts, and that generated files are fresh"
	@echo "make generate  checked-query metadata, TypeScript types, OpenAPI document"
	@echo "make bench     the benchmarks (see loadtest/README.md)"

run: build
	$(RELEASE) serve --demo

build: $(PAGES)
	$(CARGO) build --release --locked --package silverbell-server

# --- Tests ---------------------------------------------------------------------------------------

test: test-rust test-pages test-browser

test-rust: $(PAGES) compiler postgresql strace
	$(CARGO) build --locked --package silverbell-server
	SILVERBELL_BIN=$(DEBUG) $(CARGO) test --locked --workspace
	@echo "once more over the wire, on PostgreSQL"
	SILVERBELL_BIN=$(DEBUG) SILVERBELL_TEST_DATABASE=postgres \
	  $(CARGO) test --locked --package silverbell-tests -- --skip embedded:: --skip postgres::

test-pages: $(MODULES)
	cd $(CONSOLE) && npm test

test-browser: $(PAGES) browser postgresql
	$(CARGO) build --locked --package silverbell-server
	cd $(CONSOLE) && SILVERBELL_BIN=$(DEBUG) npm run e2e

# --- Linters -------------------------------------------------------------------------------------

lint: $(PAGES) compiler
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	cd $(CONSOLE) && npm run check
	$(MAKE) check-generated

check-generated: postgresql
	$(CARGO) xtask sqlx --check
	$(CARGO) xtask types --check
	$(CARGO) xtask openapi --check

generate: postgresql
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

.PHONY: browser compiler postgresql strace

# Chromium and Chinese letters, for the browser tests.
browser:
	$(call install,$(shell command -v chromium >/dev/null || echo chromium) \
	  $(shell dpkg -s fonts-noto-cjk >/dev/null 2>&1 || echo fonts-noto-cjk))

# For RoutingKit, against which tests compare the contraction hierarchy.
compiler:
	$(call install,$(shell command -v c++ >/dev/null || echo g++))

# A server of which the tests start throw-away ones of their own.
postgresql:
	$(call install,$(if $(wildcard /usr/lib/postgresql/*/bin/initdb),,postgresql))

# Lets a disk fail, in one test.
strace:
	$(call install,$(shell command -v strace >/dev/null || echo strace))

clean:
	$(CARGO) clean
	rm -rf $(CONSOLE)/dist $(CONSOLE)/node_modules
