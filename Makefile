# `make` says what there is. A stamp remembers what was installed, so that only a changed lock installs again.
.DEFAULT_GOAL := help
.PHONY: help demo test test-windows windows coverage oldest mutate format samples pictures bench corpus world lock clean

PYTHON ?= python3
# The lowest versions have wheels for the lowest Python: make oldest OLDEST_PYTHON=python3.11
OLDEST_PYTHON ?= $(PYTHON)
VENV := .venv
OLDEST := .venv-oldest
BIN := $(VENV)/bin
# A lock names every package with its hash: it is installed as it stands. Without --no-deps pip would ask the index what
# each package needs, and stop as soon as there is a newer one of those that are asked for with an extra.
LOCKED := -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r
OURS := -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
CHECK := -m pip check --disable-pip-version-check
# A lock takes nothing away: what only an earlier one named stays, and may ask for other versions.
STALE = { echo "Packages of an earlier lock are in the way: run make clean, then this again." >&2; exit 1; }
# As pip does it for all that it copies; what it installs by a link would be compiled at each start by a user who may
# not write here.
BYTECODE = $(BIN)/python -m compileall -q kpireport

# Tests that wait for each other's processes leave a core idle, so there is one worker more than the two cores they were
# measured on. What shares a browser, a cluster or a PDF stays with one worker.
SPREAD := -n 3 --dist loadgroup

help:
	@echo "make demo     set up, and build the report of the sample workbook into demo/"
	@echo "make test     set up, then format, lint, types and tests"
	@echo "make windows  make the installer for Windows and the zip beside it, into dist/ (Debian, Ubuntu)"
	@echo "make test-windows  install that under Wine and try it; FORM=short for what every change runs"
	@echo "make coverage measure which branches of kpireport/core the tests take, and fail under 95 %"
	@echo "make mutate   change core one small thing at a time, and see whether a test notices (half an hour)"
	@echo "make format   write every file in the house's format"
	@echo "make samples  make the sample workbooks again"
	@echo "make pictures make the pictures of the README again (needs LibreOffice)"
	@echo "make bench    measure, side by side with what a user would pick instead"
	@echo "make corpus   test the large public corpus too: make corpus CORPUS=/path/to/corpus"
	@echo "make world    score the reading of labelled public workbooks: make world FILES=/their/folder TRUTH=/labels.json"
	@echo "make oldest   build and validate the samples with the oldest packages that are allowed"
	@echo "make lock     write the locks anew; with UPGRADE=--upgrade choose the newest versions that are allowed"
	@echo "make clean    remove what make has made"

$(VENV)/run.stamp: requirements/run.txt requirements/build.txt pyproject.toml scripts/system.sh
	@scripts/system.sh
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python $(LOCKED) requirements/build.txt
	@$(BIN)/python $(LOCKED) requirements/run.txt
	@$(BIN)/python $(OURS)
	@$(BIN)/python $(CHECK) || $(STALE)
	@$(BYTECODE)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt requirements/build.txt pyproject.toml scripts/system.sh
	@scripts/system.sh dev
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python $(LOCKED) requirements/build.txt
	@$(BIN)/python $(LOCKED) requirements/dev.txt
	@$(BIN)/python $(OURS)
	@$(BIN)/python $(CHECK) || $(STALE)
	@$(BYTECODE)
	@touch $@ $(VENV)/run.stamp

$(OLDEST)/run.stamp: requirements/oldest.txt requirements/build.txt pyproject.toml
	@test -x $(OLDEST)/bin/python || $(OLDEST_PYTHON) -m venv $(OLDEST)
	@$(OLDEST)/bin/python $(LOCKED) requirements/build.txt
	@$(OLDEST)/bin/python $(LOCKED) requirements/oldest.txt
	@$(OLDEST)/bin/python $(OURS)
	@$(OLDEST)/bin/python $(CHECK) || $(STALE)
	@touch $@

demo: $(VENV)/run.stamp
	@$(BIN)/kpireport demo --out demo
	@echo "The report is in $(CURDIR)/demo: open group.html or group.pdf."

test: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python scripts/metrics.py --check
	$(BIN)/python -m pytest $(SPREAD)

# Where the Python of the installer comes from: python.org, or maven (Maven Central) where that cannot be reached.
PYTHON_FROM := auto
windows: $(VENV)/dev.stamp
	scripts/windows/build.sh --python $(PYTHON_FROM)

# The short form packs the installer less, and tries what every change must not break.
FORM := whole
BED := build/windows/bed
test-windows: $(VENV)/dev.stamp
	scripts/windows/system.sh test
	$(if $(filter short,$(FORM)),scripts/windows/build.sh --quick --python $(PYTHON_FROM))
	$(if $(filter short,$(FORM)),,ls dist/kpireport-*-setup.exe 2>/dev/null || scripts/windows/build.sh --python $(PYTHON_FROM))
	scripts/windows/bed.sh $(BED)
	$(BIN)/python -m pytest -q --windows $(BED) tests/windows$(if $(filter short,$(FORM)),/test_short.py)

# All but the tests that wait for something outside: core knows nothing of it.
OUTSIDE := browser batch_* corpus* deliver_attacks deliver_disk deliver_graph deliver_local deliver_post \
  deliver_rehearsal deliver_smtp deliver_storm deliver_walk mutations pdf* protected security webfonts

coverage: $(VENV)/dev.stamp
	$(BIN)/python -m pytest $(SPREAD) -q --cov --cov-report= $(patsubst %,--ignore-glob='tests/test_%.py',$(OUTSIDE))
	$(BIN)/python scripts/branches.py 95

# The tests of what each extra brings, and of the PDF; those of dask have no other version than the locked one.
ASKING := corpus_calamine deliver_graph deliver_local pdf protected settings_mail

oldest: $(VENV)/dev.stamp $(OLDEST)/run.stamp
	$(BIN)/python scripts/oldest.py $(OLDEST)/bin/python
	$(OLDEST)/bin/python -c "import keyring, msal"
	$(OLDEST)/bin/python -m pytest $(SPREAD) -q $(ASKING:%=tests/test_%.py)

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
	$(BIN)/python -m pytest $(SPREAD) --corpus "$(CORPUS)" tests/corpus

world: $(if $(FILES),$(VENV)/dev.stamp)
	@test -n "$(FILES)" -a -n "$(TRUTH)" || { $(PYTHON) scripts/world.py >&2; exit 2; }
	$(BIN)/python scripts/world.py "$(FILES)" "$(TRUTH)" $(if $(STORES),--stores "$(STORES)") $(if $(ONLY),--only $(ONLY))

# uv chooses for all systems and versions of Python at once; it comes, locked too, into an environment of its own.
COMPILE := .venv-lock/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
  --no-header --python-version 3.11
# What the installer for Windows holds: one system and one Python, and every extra that a person there may want.
WINDOWS_LOCK := $(filter-out --universal,$(COMPILE:3.11=3.13)) --python-platform x86_64-pc-windows-msvc
PARTS_OF_WINDOWS := zh keyring m365 other-formats pdf-protect protected
# What is in two locks of one environment has one version in both.
EXTRAS := zh dask keyring m365 other-formats pdf-protect protected
lock:
	@test -x .venv-lock/bin/uv || { $(PYTHON) -m venv .venv-lock && \
	  .venv-lock/bin/python $(LOCKED) requirements/tools.txt; }
	$(COMPILE) $(UPGRADE) --extra zh pyproject.toml -o requirements/run.txt
	$(COMPILE) $(UPGRADE) --extra zh --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
	$(COMPILE) $(UPGRADE) -c requirements/dev.txt requirements/build.in -o requirements/build.txt
	$(COMPILE) $(UPGRADE) -c requirements/dev.txt requirements/tools.in -o requirements/tools.txt
	$(WINDOWS_LOCK) $(UPGRADE) $(PARTS_OF_WINDOWS:%=--extra %) -c requirements/dev.txt pyproject.toml -o requirements/windows.txt
	$(COMPILE) --upgrade $(EXTRAS:%=--extra %) --extra dev --resolution lowest-direct \
	  pyproject.toml -o requirements/oldest.txt

clean:
	rm -rf .coverage $(VENV) $(OLDEST) .venv-lock demo dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
