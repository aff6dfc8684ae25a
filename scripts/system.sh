#!/usr/bin/env bash
# Install what Python packages cannot bring: Pango for the PDF, and for the tests poppler, Chromium and smtp-sink.
# Debian and Ubuntu; elsewhere it says what is missing. Nothing is installed that is there already.
set -euo pipefail

needed=()
library() { ldconfig -p 2>/dev/null | grep -q "$1" || needed+=("$2"); }
program() { command -v "$1" >/dev/null 2>&1 || needed+=("$2"); }

library libpango-1.0.so.0 libpango-1.0-0
library libpangoft2-1.0.so.0 libpangoft2-1.0-0
library libharfbuzz-subset.so.0 libharfbuzz-subset0
# smtp-sink, a mail server for tests, comes with Postfix. Installing that would start a mail server, or replace one, so
# its package is only unpacked, into the environment of the tests; without it a few tests are skipped.
sink=.venv/postfix
want_sink=
if [ "${1:-}" = dev ]; then
  program pdftotext poppler-utils
  program chromium chromium
  library libatomic.so.1 libatomic1 # for the driver of Chromium
  if command -v dpkg-deb >/dev/null 2>&1 && [ ! -x /usr/sbin/smtp-sink ] && [ ! -x $sink/usr/sbin/smtp-sink ]; then
    want_sink=yes
    library libnsl.so.2 libnsl2
    library libdb-5.3.so libdb5.3
  fi
fi
unpack_sink() {
  [ -n "$want_sink" ] || return 0
  local folder
  folder=$(mktemp -d)
  fetch() { (cd "$folder" && apt-get download -qq postfix && dpkg-deb -x postfix_*.deb unpacked) >/dev/null 2>&1; }
  if fetch || { [ "$(id -u)" -eq 0 ] && apt-get update -qq && fetch; }; then
    mkdir -p $sink && cp -r "$folder"/unpacked/usr $sink/
  else
    echo "smtp-sink could not be had; the tests that need it are skipped"
  fi
  rm -rf "$folder"
}
python3 -c 'import venv, ensurepip' >/dev/null 2>&1 || needed+=(python3-venv)

if [ ${#needed[@]} -eq 0 ]; then
  unpack_sink
  exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
  echo "kpireport needs these libraries, by their Debian names: ${needed[*]}" >&2
  echo "Install them with your system's package manager (macOS: brew install pango), then run make again." >&2
  exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif command -v sudo >/dev/null 2>&1; then
  as_root=(sudo)
else
  echo "kpireport needs: ${needed[*]}" >&2
  echo "This account cannot install them. Ask an administrator to run: apt-get install ${needed[*]}" >&2
  exit 1
fi
echo "Installing ${needed[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${needed[@]}" >/dev/null
unpack_sink
