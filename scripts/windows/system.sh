#!/usr/bin/env bash
# Install what makes the installer (build) or also tries it (test) on Debian and Ubuntu. Nothing that is there already.
# Ends with 75 where the packages are not to be had.
set -euo pipefail
needed=()
program() { command -v "$1" >/dev/null 2>&1 || needed+=("$2"); }
program makensis nsis
program x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64-win32
program x86_64-w64-mingw32-objdump binutils-mingw-w64-x86-64
program unzip unzip
if [ "${1:-build}" = test ]; then
  program wine wine
  [ -e /usr/lib/wine/wine64 ] || needed+=(wine64)
  program mvn maven # the only source of the C runtime that Wine 8 lacks parts of
  [ -e /usr/share/i18n/locales/zh_CN ] || needed+=(locales)
  program pdftotext poppler-utils
fi
[ ${#needed[@]} -ne 0 ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  echo "This needs, by their Debian names: ${needed[*]}" >&2
  exit 75
fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
echo "Installing ${needed[*]}"
"${as_root[@]}" apt-get update -qq || echo "Not every package source could be refreshed; going on without."
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${needed[@]}" >/dev/null ||
  { echo "These could not be had: ${needed[*]}" >&2; exit 75; }
