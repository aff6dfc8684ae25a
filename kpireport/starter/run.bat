@echo off
rem Reads the workbooks in the folder inbox and writes their reports. For a double click and for the Task Scheduler.
rem Ends with the exit code of kpireport run (kpireport help batch tells them), with 74 where this folder is not reached.
setlocal
for /f "tokens=2 delims=:." %%p in ('chcp') do set PAGE=%%p
chcp 65001 >nul
rem On a share (\\server\share) pushd lends the folder a drive letter while this runs. ver forgets what went wrong before:
rem a pushd that goes well does not.
ver >nul
pushd "%~dp0"
if errorlevel 1 (
  echo The folder of this file is not reached: "%~dp0" 1>&2
  set RC=74
  goto end
)
set PYTHONUTF8=1
set KPIREPORT="{{python_bat}}" -X utf8 -m kpireport
if not exist "{{python_bat}}" set KPIREPORT=kpireport
%KPIREPORT% run --settings kpireport.toml %*
set RC=%ERRORLEVEL%
popd
:end
if defined PAGE chcp %PAGE% >nul
rem After a double click the window stays open for a while. Where nobody is signed in there is no session to wait in.
if "%~1"=="" if defined SESSIONNAME timeout /t 30 2>nul
exit /b %RC%
