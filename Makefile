# Everything there is to do with this project. `make` alone lists it.
# ARGS goes to the program: make demo ARGS="--port 8081"

SHELL := /bin/bash
.DEFAULT_GOAL := help
STEP := scripts/step

# Release builds carry Swift's own libraries, so that the program runs on machines without Swift.
RELEASE_BUILD := swift build --configuration release --static-swift-stdlib --product switchboard
DEBUG_BUILD := swift build --build-tests

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## install what is missing (Debian packages, .venv/, assets/vendor/)
	@scripts/setup test

.PHONY: setup-run
setup-run:
	@scripts/setup run

.PHONY: demo
demo: release-build ## start a demo with simulated customers: http://127.0.0.1:8080 and :8090
	@exec .build/release/switchboard demo $(ARGS)

.PHONY: run
run: build ## start the server on ./data (debug build)
	@exec .build/debug/switchboard serve --data-directory data $(ARGS)

.PHONY: build
build: setup-run ## compile (debug)
	@$(STEP) "Build (debug)" swift build --product switchboard

.PHONY: release-build
release-build: setup-run
	@$(STEP) "Build (release)" $(RELEASE_BUILD)

.PHONY: test-build
test-build: setup
	@$(STEP) "Build (debug, with tests)" $(DEBUG_BUILD)

.PHONY: test
test: test-build ## run all tests, on SQLite and on a throw-away PostgreSQL, and in a browser
	@scripts/with-postgres scripts/test

.PHONY: lint
lint: setup ## check format and style
	@scripts/lint

.PHONY: check
check: lint test ## everything that a change must pass: lint and test

.PHONY: golden
golden: test-build ## rewrite the golden files; read the difference like code
	@SWITCHBOARD_GOLDEN=write $(STEP) "Golden files" scripts/with-postgres swift test --skip-build --disable-xctest
	@SWITCHBOARD_GOLDEN=write SWITCHBOARD_BINARY=$(CURDIR)/.build/debug/switchboard $(STEP) "Picture for the README" .venv/bin/python -m pytest Tests/Journeys -q -k picture_for_the_readme
	@git --no-pager diff --stat

.PHONY: bench
bench: setup release-build ## measure speed and memory on loopback (some minutes); see bench/README.md
	@bench/run $(ARGS)

.PHONY: bench-full
bench-full: setup release-build ## what a message costs among 10,000,000 (an hour, 20 GB; goes on where it was stopped)
	@bench/full $(ARGS)

CRASH := exec scripts/with-postgres --durable .venv/bin/python Tests/Crash/run.py

.PHONY: crash
crash: setup build ## kill processes while messages go out and come in, and compare; see docs/crash-tests.md
	@SWITCHBOARD_BINARY=$(CURDIR)/.build/debug/switchboard $(CRASH) $(ARGS)

.PHONY: crash-campaign
crash-campaign: setup release-build ## a campaign to 100,000 people whose hub dies five times, on both engines (some minutes)
	@SWITCHBOARD_BINARY=$(CURDIR)/.build/release/switchboard $(CRASH) --campaign 100000 $(ARGS)

.PHONY: crash-full
crash-full: setup release-build ## the same with 10 seeds of 20,000 messages; an hour, goes on where it was stopped
	@SWITCHBOARD_BINARY=$(CURDIR)/.build/release/switchboard $(CRASH) --seeds 10 --messages 20000 --thorough --resume $(ARGS)

.PHONY: release
release: release-build ## leave .build/release/switchboard and a tarball in dist/
	@$(STEP) "Tarball" scripts/release

.PHONY: clean-data
clean-data: ## remove ./data and ./demo-data
	rm -rf data demo-data
