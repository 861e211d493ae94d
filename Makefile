PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check lint types docs storm clients page dist image bench soak clean
run: $(VENV)/installed
	@$(BIN)/opsemu serve

test: $(VENV)/developed
	$(BIN)/pytest --numprocesses auto --maxprocesses 4

check: lint types test
	$(BIN)/python -m tests.fidelity --check
	$(BIN)/python -m tests.coverage --check

lint: $(VENV)/developed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The folders are app/, schemas/ and data/, the package is opsemu. Type checkers
# run no import hooks, so they find it through these links.
types: $(VENV)/developed
	rm -rf build/types && mkdir -p build/types/opsemu
	ln -s $(CURDIR)/app/* $(CURDIR)/schemas $(CURDIR)/data build/types/opsemu/
	$(BIN)/mypy

# The README's table of types, from the schemas; docs/fidelity.md, from the evidence
# marks of the tests; docs/coverage.md, from the vendors' lists of operations and the routes.
docs: $(VENV)/developed
	$(BIN)/python -m tests.fields_table
	$(BIN)/python -m tests.fidelity
	$(BIN)/python -m tests.coverage

# What takes minutes: writers killed in mid-write, long fuzzing.
storm: $(VENV)/developed build/schemathesis/bin/schemathesis
	$(BIN)/pytest -m storm --timeout 1800

# Ten minutes, or two with BENCH=--quick: beside other servers, and against the goals.
bench: $(VENV)/developed
	$(BIN)/pip install --quiet --editable ".[bench]"
	$(BIN)/python -m tests.bench $(BENCH)

# Minutes of mixed load: fails if memory grows or anything goes wrong.
soak: $(VENV)/developed
	$(BIN)/python -m tests.bench.soak $(SOAK)

# Real third-party clients, each against a fresh emulator; builds what it needs.
clients: $(VENV)/developed
	$(BIN)/pip install --quiet --editable ".[clients]"
	$(BIN)/pytest -m client --timeout 1800 tests/clients

# The web page in Debian's chromium with its chromedriver; writes pictures into build/page.
page: $(VENV)/developed build/axe/node_modules/axe-core
	$(BIN)/pip install --quiet --editable ".[browser]"
	$(BIN)/pytest -m browser --timeout 600 tests/page

# What is published: the archive of the sources, the wheel, and a single file for every
# supported Python on this platform; each is tried in an empty folder.
PLATFORMS := $(foreach minor,10 11 12 13,\
  --platform linux-$(shell uname -m)-cp-3.$(minor).0-cp3$(minor))
dist: $(VENV)/developed build/pex/bin/pex
	rm -rf dist
	$(BIN)/python -m build
	build/pex/bin/pex --no-emit-warnings --python-shebang '/usr/bin/env python3' \
	  $(PLATFORMS) \
	  --output-file dist/opsemu.pyz --console-script opsemu \
	  "$$(echo dist/opsemu-*.whl)[redis,yaml]"
	$(BIN)/pytest -m dist --timeout 900 tests/test_dist.py tests/test_action.py

# The steps of the Dockerfile in Debian roots, without a container engine; as root.
image: $(VENV)/developed
	$(BIN)/python -m tests.image

build/axe/node_modules/axe-core:
	npm install --silent --no-audit --no-fund --prefix build/axe axe-core@4

build/pex/bin/pex:
	$(PYTHON) -m venv build/pex
	build/pex/bin/pip install --quiet "pex>=2.105"

# In an environment of its own: it brings a pytest plugin along.
build/schemathesis/bin/schemathesis:
	$(PYTHON) -m venv build/schemathesis
	build/schemathesis/bin/pip install --quiet "schemathesis>=4"

$(VENV)/installed: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable .
	touch $@

$(VENV)/developed: $(VENV)/installed
	$(BIN)/pip install --quiet --editable ".[dev]"
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
