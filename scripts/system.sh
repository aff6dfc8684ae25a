#!/usr/bin/env bash
# Install what Python packages cannot bring: Pango for the PDF, and for the tests poppler, Chromium and smtp-sink.
# Debian and Ubuntu; elsewhere it says what is missing. Nothing is installed that is there already.
set -euo pipefail

PATH=$PATH:/usr/sbin:/sbin # where ldconfig is, for those who are not root
needed=()
wanted=() # what some tests need, and no system has to have
library() { ldconfig -p 2>/dev/null | grep -q "$1" || needed+=("$2"); }
if [ "$(uname)" = Darwin ]; then # no ldconfig; these are the folders of Homebrew and MacPorts
  library() { compgen -G "/opt/homebrew/lib/${1%%.so*}*.dylib" >/dev/null || compgen -G "/usr/local/lib/${1%%.so*}*.dylib" \
    >/dev/null || compgen -G "/opt/local/lib/${1%%.so*}*.dylib" >/dev/null || needed+=("$2"); }
fi
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
  browser=
  for name in chromium chromium-browser google-chrome; do command -v "$name" >/dev/null 2>&1 && browser=$name; done
  [ -n "$browser" ] || wanted+=(chromium)
  [ "$(uname)" = Darwin ] || library libatomic.so.1 libatomic1 # for the driver of Chromium
  if command -v dpkg-deb >/dev/null 2>&1 && [ ! -x /usr/sbin/smtp-sink ] && [ ! -x $sink/usr/sbin/smtp-sink ]; then
    want_sink=yes
  fi
fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
# A source of the user's own that cannot be refreshed is no reason to stop: what is needed may be had without it.
refresh() { "${as_root[@]}" apt-get update -qq || echo "Not every package source could be refreshed; going on without."; }
install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
unpack_sink() {
  [ -n "$want_sink" ] || return 0
  local folder libraries
  folder=$(mktemp -d)
  fetch() { (cd "$folder" && apt-get download -qq postfix && dpkg-deb -x postfix_*.deb unpacked) >/dev/null 2>&1; }
  if fetch || { [ "$(id -u)" -eq 0 ] && refresh && fetch; }; then
    mkdir -p $sink && cp -r "$folder"/unpacked/usr $sink/
    if LD_LIBRARY_PATH=$sink/usr/lib/postfix ldd $sink/usr/sbin/smtp-sink | grep -q "not found" && [ "$(id -u)" -eq 0 ]; then
      # The libraries that its package asks for, by the names that this system has for them.
      libraries=$(apt-cache depends postfix | sed -n 's/^ *Depends: \(lib[^ ]*\)$/\1/p')
      # shellcheck disable=SC2086 # one word for each library
      install $libraries || echo "smtp-sink lacks libraries; the tests that need it are skipped"
    fi
  else
    echo "smtp-sink could not be had; the tests that need it are skipped"
  fi
  rm -rf "$folder"
}
python3 -c 'import venv, ensurepip' >/dev/null 2>&1 || needed+=(python3-venv)

if [ ${#needed[@]} -eq 0 ] && [ ${#wanted[@]} -eq 0 ]; then
  unpack_sink
  exit 0
fi
reason=
if ! command -v apt-get >/dev/null 2>&1; then
  reason="Install them with your system's package manager (macOS: brew install pango), then run make again."
elif [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
  reason="This account cannot install them. Ask an administrator to run: apt-get install ${needed[*]}"
fi
if [ -n "$reason" ]; then
  [ ${#needed[@]} -ne 0 ] || { echo "${wanted[*]} is not there; the tests that need it are skipped"; exit 0; }
  printf '%s\n' "kpireport needs these, by their Debian names: ${needed[*]}" "$reason" >&2
  exit 1
fi
echo "Installing ${needed[*]} ${wanted[*]}"
refresh
[ ${#needed[@]} -eq 0 ] || install "${needed[@]}"
for package in "${wanted[@]}"; do
  install "$package" || echo "$package could not be had; the tests that need it are skipped"
done
unpack_sink
