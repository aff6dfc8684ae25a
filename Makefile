# `make` says what there is. A stamp remembers what was installed, so that only a changed lock installs again.
.DEFAULT_GOAL := help
.PHONY: help demo test coverage mutate format samples pictures bench corpus lock clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
# As pip does it for all that it copies; what it installs by a link would be compiled at each start by a user who may
# not write here.
BYTECODE = $(BIN)/python -m compileall -q kpireport

help:
	@echo "make demo     set up, and build the report of the sample workbook into demo/"
	@echo "make test     set up, then format, lint, types and tests"
	@echo "make coverage measure which branches of kpireport/core the tests take, and fail under 95 %"
	@echo "make mutate   change core one small thing at a time, and see whether a test notices (half an hour)"
	@echo "make format   write every file in the house's format"
	@echo "make samples  make the sample workbooks again"
	@echo "make pictures make the pictures of the README again (needs LibreOffice)"
	@echo "make bench    measure, side by side with what a user would pick instead"
	@echo "make corpus   test the large public corpus too: make corpus CORPUS=/path/to/corpus"
	@echo "make lock     choose the versions of all packages anew"
	@echo "make clean    remove what make has made"

$(VENV)/run.stamp: requirements/run.txt pyproject.toml scripts/system.sh
	@scripts/system.sh
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@$(BYTECODE)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml scripts/system.sh
	@scripts/system.sh dev
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@$(BYTECODE)
	@touch $@ $(VENV)/run.stamp

demo: $(VENV)/run.stamp
	@$(BIN)/kpireport demo --out demo
	@echo "The report is in $(CURDIR)/demo: open group.html or group.pdf."

test: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2

# All but the tests that wait for something outside: core knows nothing of it.
OUTSIDE := browser batch_* corpus* deliver_attacks deliver_disk deliver_graph deliver_local deliver_post \
  deliver_rehearsal deliver_smtp deliver_storm deliver_walk mutations pdf* protected security webfonts

coverage: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n 2 -q --cov --cov-report= $(patsubst %,--ignore-glob='tests/test_%.py',$(OUTSIDE))
	$(BIN)/python scripts/branches.py 95

mutate:
	scripts/mutation.sh

format: $(VENV)/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

samples: $(VENV)/dev.stamp
	$(BIN)/python sample_workbooks/make.py

pictures: $(VENV)/dev.stamp
	$(BIN)/python scripts/pictures.py

# All parts, or some: make bench PARTS="start report"
bench: $(VENV)/dev.stamp
	@$(BIN)/python benchmarks/run.py $(PARTS)

corpus: $(VENV)/dev.stamp
	@test -n "$(CORPUS)" || { echo "Name the folder of the corpus: make corpus CORPUS=/path/to/corpus" >&2; exit 2; }
	$(BIN)/python -m pytest -n 2 --corpus "$(CORPUS)" tests/corpus

lock:
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --python-version 3.11 --extra zh pyproject.toml -o requirements/run.txt
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --python-version 3.11 --extra zh --extra dev pyproject.toml -o requirements/dev.txt

clean:
	rm -rf .coverage $(VENV) demo dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
