# Reads the workbooks in the folder inbox and writes their reports. Works in PowerShell 5 and 7.
# Ends with the exit code of kpireport run (kpireport help batch tells them), with 74 where it could not be started.
# Where scripts are not allowed: powershell -NoProfile -ExecutionPolicy Bypass -File run.ps1
$ErrorActionPreference = 'Stop'
$env:PYTHONUTF8 = '1'
$python = '{{python_ps1}}'
$code = 74
try {
    Push-Location -LiteralPath $PSScriptRoot
    try {
        if (Test-Path -LiteralPath $python) {
            & $python -X utf8 -m kpireport run --settings kpireport.toml @args
        } else {
            & kpireport run --settings kpireport.toml @args
        }
        $code = $LASTEXITCODE
    } finally {
        Pop-Location
    }
} catch {
    [Console]::Error.WriteLine($_.Exception.Message)
}
exit $code
