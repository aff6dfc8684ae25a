@echo off
rem Reads the workbooks in the folder inbox and writes their reports. For a double click and for the Task Scheduler.
setlocal
chcp 65001 >nul
set PYTHONUTF8=1
pushd "%~dp0"
if exist "{{python_bat}}" (
  "{{python_bat}}" -m kpireport run --settings kpireport.toml %*
) else (
  kpireport run --settings kpireport.toml %*
)
set RC=%ERRORLEVEL%
popd
rem The window stays open for a while after a double click; the Task Scheduler has no keyboard and goes on at once.
if "%~1"=="" timeout /t 30 2>nul
exit /b %RC%
