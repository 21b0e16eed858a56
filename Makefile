# make builds the site into dist/, make test tests everything. The rest serves those two.
GO ?= go
OUT ?= dist
FUZZTIME ?= 30s
BENCH ?=

# What the widget downloads is tested as it runs there: by Node, compiled for js/wasm. Go
# hands the environment to such a program in 8 KB, so it gets a small one.
DOWNLOADED = ./internal/bounce ./internal/explain ./internal/catalog/packed ./wasm/...
NODE_EXEC = env -i "PATH=$(PATH)" "HOME=$(HOME)" "$(shell $(GO) env GOROOT)/lib/wasm/go_js_wasm_exec"

.PHONY: build test check units browsers bench break screenshots pictures serve fuzz clean

build:
	@$(GO) run ./cmd/undelivered build --out $(OUT)

test: check units build browsers

check:
	@unformatted="$$(gofmt -l cmd internal site wasm)"; if [ -n "$$unformatted" ]; then \
		echo "Not formatted (run gofmt -w on them):"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	GOOS=js GOARCH=wasm $(GO) vet $(DOWNLOADED)

# Some tests build and run programs, of whose sources Go's cache of results knows nothing.
units:
	@command -v node >/dev/null || { echo "The tests need Node 20.19 or newer (https://nodejs.org), and it is not on the PATH."; exit 1; }
	$(GO) test -count=1 ./...
	GOOS=js GOARCH=wasm $(GO) test -count=1 -exec '$(NODE_EXEC)' $(DOWNLOADED)

browsers:
	@cd wasm/browsers && npm ci --no-progress
	@cd wasm/browsers && node run.mjs "$(abspath $(OUT))"

# Measures how fast and how small it is, and prints a table. BENCH has flags, such as
# BENCH="-corpus FILE -hugo PATH"; go run ./internal/bench -help says which there are.
bench:
	@cd wasm/browsers && npm ci --no-progress >/dev/null
	@$(GO) run ./internal/bench $(BENCH)

# Breaks a copy of dist/ in one way after another and wants the browser tests to fail.
break:
	@cd wasm/browsers && npm ci --no-progress
	@cd wasm/browsers && node break.mjs "$(abspath $(OUT))"

# Takes the pictures of the README again.
screenshots: build
	@cd wasm/browsers && npm ci --no-progress
	@cd wasm/browsers && node screenshots.mjs "$(abspath $(OUT))"

# Draws the icons, and the picture for links to the site, again.
pictures:
	@cd wasm/browsers && npm ci --no-progress
	@cd wasm/browsers && node pictures.mjs "$(abspath site/static)"

serve:
	@$(GO) run ./cmd/undelivered serve

# What a target finds is kept in its testdata/fuzz and found again; Go itself sometimes fails
# when the time is over, with nothing found.
fuzz:
	@for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 2s $$package || \
			$(GO) test -run "^$$target$$" $$package || exit 1; \
		done; \
	done

clean:
	rm -rf dist wasm/browsers/node_modules
