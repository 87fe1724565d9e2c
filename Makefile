# `make demo` shows what imagelint does, `make test` runs every check. Both set up .venv themselves.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo test lint types pytest data bench fuzz clean
.DELETE_ON_ERROR:

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("imagelint needs Python 3.11 or newer; set PYTHON=") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip==25.3
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $@

demo: $(STAMP)
	$(BIN)/imagelint examples/broken || test $$? -eq 1
	@echo
	$(BIN)/imagelint examples/repaired

test: lint types pytest

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy
	$(BIN)/pyright --warnings

pytest: $(STAMP)
	$(BIN)/pytest --numprocesses 2

# Compile the knowledge base after an edit; a test holds the compiled form equal to the source.
data: $(STAMP)
	$(BIN)/python -m imagelint.knowledge.compile

bench: $(STAMP)
	$(BIN)/python bench/run.py

# Stops at the first failure. atheris has wheels for CPython 3.11 to 3.13 on Linux.
FUZZ_SECONDS ?= 3600
fuzz: .venv/.fuzzing
	$(BIN)/python fuzz/run.py -max_total_time=$(FUZZ_SECONDS)

.venv/.fuzzing: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group fuzz
	touch $@

clean:
	rm -rf fuzz/corpus fuzz/found fuzz/seeds .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis dist
