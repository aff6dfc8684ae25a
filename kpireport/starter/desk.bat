@echo off
rem Opens the desk of this folder in the browser: workbooks, how they are read, reports and letters. For a double click.
setlocal
chcp 65001 >nul
set PYTHONUTF8=1
pushd "%~dp0"
if exist "{{python_bat}}" (
  "{{python_bat}}" -X utf8 -m kpireport desk --settings kpireport.toml --language {{language}} %*
) else (
  kpireport desk --settings kpireport.toml --language {{language}} %*
)
set RC=%ERRORLEVEL%
popd
rem Where something is wrong the window stays, so that it can be read.
if not "%RC%"=="0" pause
exit /b %RC%
