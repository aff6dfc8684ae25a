#!/usr/bin/env bash
# Make dist/kpireport-VERSION-setup.exe and dist/kpireport-VERSION-windows.zip, on Debian or Ubuntu.
#   build.sh [--quick] [--python auto|python.org|maven]      --quick: packed less, in a sixth of the time; no zip
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${PYTHON:-$PWD/.venv/bin/python} quick='' from=auto
while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=-DQUICK ;;
    --python) from=$2; shift ;;
    *) sed -n '2,3s/^# //p' "$0" >&2; exit 2 ;;
  esac
  shift
done
scripts/windows/system.sh build
version=$("$python" -c 'import kpireport; print(kpireport.__version__)')
build=build/windows
rm -rf $build/wheel $build/app && mkdir -p $build dist
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir $build/wheel .
"$python" scripts/windows/bundle.py $build/wheel/*.whl $build/app --python "$from"
size=$(du -sk --apparent-size $build/app | cut -f1)
setup=dist/kpireport-$version-setup.exe
makensis -V2 -INPUTCHARSET UTF8 ${quick:+$quick} -DVERSION="$version" -DFOLDER="$PWD/$build/app" -DOUT="$PWD/$setup" \
  -DSIZE="$size" scripts/windows/setup.nsi
ls -l "$setup" | awk '{ printf "%s: %.0f MB\n", $NF, $5 / 1e6 }'
[ -z "$quick" ] || exit 0
archive=dist/kpireport-$version-windows.zip
rm -f "$archive"
"$python" scripts/windows/archive.py $build/app "$archive"
ls -l "$archive" | awk '{ printf "%s: %.0f MB\n", $NF, $5 / 1e6 }'
