#!/bin/sh
# Reads the workbooks in the folder inbox and writes their reports. For a terminal and for cron.
export PYTHONUTF8=1
cd "$(dirname "$0")" || exit 74
python={{python_sh}}
if [ -x "$python" ]; then
  exec "$python" -m kpireport run --settings kpireport.toml "$@"
fi
exec kpireport run --settings kpireport.toml "$@"
