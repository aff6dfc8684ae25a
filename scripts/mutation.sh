#!/usr/bin/env bash
# Change the code one small thing at a time, and see whether a test notices: scripts/mutation.sh [MODULE ...]
#
# Works in a copy outside the checkout (KPIREPORT_MUTANTS, or a temporary folder that it names and leaves for
# `mutmut show`); mutmut goes into an environment of its own there, since nothing else needs it. MUTANTS="NAME NAME":
# those alone, for example the survivors of the last run. What survives and why: tests/MUTATION.md.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -eq 0 ]; then
  set -- attainment rollup bands compare change aggregate aggregation number_format conditions
fi

copy=${KPIREPORT_MUTANTS:-$(mktemp -d)}
mkdir -p "$copy"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy"
# What remembers its answers is not changed by mutmut, and hides from it which tests reach what it calls.
sed -i '/^@lru_cache/d' $(printf "$copy/kpireport/core/%s.py " "$@")
[ -x "$copy/.tools/bin/python" ] || {
  python3 -m venv "$copy/.tools"
  "$copy/.tools/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
    -r requirements/dev.txt
  "$copy/.tools/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
    -r requirements/tools.txt
}
{
  echo "[mutmut]"
  echo "source_paths="
  echo "    kpireport"
  echo "only_mutate="
  printf '    kpireport/core/%s.py\n' "$@"
  echo "also_copy="
  printf '    %s\n' templates sample_workbooks README.md LICENSE
  # The tests that compute; one more would only cost time, those that open a browser most of all.
  echo "pytest_add_cli_args_test_selection="
  printf '    tests/test_%s.py\n' truth attainment range_verdicts rollup change aggregate coarser_periods bands told_apart \
    number_format conditions triggers evaluate
  echo "pytest_add_cli_args="
  # What a process imports says nothing where all tests share one.
  printf '    %s\n' -q -x -p no:cacheprovider -W default \
    --deselect tests/test_evaluate.py::test_a_small_workbook_is_evaluated_without_pandas
} >"$copy/setup.cfg"

cd "$copy"
export CI=1 # the same examples of each property for every mutant
.tools/bin/python -m mutmut run --max-children "${JOBS:-1}" ${MUTANTS:-}
.tools/bin/python -m mutmut results
echo "A mutant in full: cd $copy && .tools/bin/python -m mutmut show NAME"
