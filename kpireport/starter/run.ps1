# Reads the workbooks in the folder inbox and writes their reports. Works in PowerShell 5 and 7.
$env:PYTHONUTF8 = '1'
$python = '{{python_ps1}}'
Push-Location -LiteralPath $PSScriptRoot
try {
    if (Test-Path -LiteralPath $python) {
        & $python -m kpireport run --settings kpireport.toml @args
    } else {
        & kpireport run --settings kpireport.toml @args
    }
    $code = $LASTEXITCODE
} finally {
    Pop-Location
}
exit $code
