#!/usr/bin/env bash
# Make a Windows to try the installer in: a prefix of Debian's Wine, with what Wine 8 lacks put into it.
#   bed.sh FOLDER      makes FOLDER/prefix, and FOLDER/win, which runs a Windows program in it: FOLDER/win PROGRAM ARGS...
# Nothing of this is a part of the product: Windows 10 has all of it.
set -euo pipefail
bed=$(realpath -m "$1")
here=$(realpath "$(dirname "$0")")
mkdir -p "$bed"
cat >"$bed/win" <<'W'
#!/usr/bin/env bash
# All three streams are pipes: Python for Windows does not start on Wine's /dev/null, nor on its files. LIMIT: seconds until
# it is ended.
export WINEPREFIX WINEDEBUG=-all WINEDLLOVERRIDES="ucrtbase=n,b;winemenubuilder.exe=d;mscoree=d;mshtml=d"
WINEPREFIX=$(dirname "$(realpath "$0")")/prefix
set -o pipefail
code=0
true | timeout --kill-after=10 "${LIMIT:-300}" wine "$@" 2> >(cat >&2) | cat || code=$?
sleep 0.3 # until the last of the errors is written; to wait for their end would be to wait for Wine's desktop
exit $code
W
chmod +x "$bed/win"
export WINEPREFIX="$bed/prefix" WINEDEBUG=-all WINEDLLOVERRIDES="mscoree=d;mshtml=d"
[ ! -e "$bed/ready" ] || exit 0
wine wineboot -i >/dev/null 2>&1
wine winecfg -v win10 >/dev/null 2>&1
system="$bed/prefix/drive_c/windows/system32"
# 1. Complex functions (crealf), which numpy calls, are not in Wine's own C runtime: Microsoft's, as Java programs have it.
file=$("${PYTHON:-$here/../../.venv/bin/python}" "$here/sources.py" runtime)
unzip -q -o -j "$file" '*/ucrtbase.dll' -d "$system"
# 2. bcryptprimitives.dll, which every module written in Rust asks for one function, is not there at all.
cat >"$bed/prng.c" <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) { return SystemFunction036(data, (ULONG)length); }
C
x86_64-w64-mingw32-gcc -shared -O1 -o "$system/bcryptprimitives.dll" "$bed/prng.c" -ladvapi32
# 3. The code page of a Windows is that of the locale: 936 is China's, 1252 that of the West.
for name in zh_CN de_DE; do
  mkdir -p "$bed/locales" && localedef -i $name -f UTF-8 "$bed/locales/$name.UTF-8" 2>/dev/null || true
done
wineserver -w
touch "$bed/ready"
