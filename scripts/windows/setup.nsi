; The installer for Windows, made by: makensis -DVERSION= -DFOLDER= -DOUT= -DSIZE= setup.nsi
; FOLDER: what bundle.py made. SIZE: of it, in KB. For the account that runs it; /ALLUSERS, as administrator, for all.
; Silent: /S, into another folder: /D=FOLDER (last, without quotes), not on the path: /NOPATH.
; Ends with 0; 1 where a person cancelled; 2 where it could not: kpireport is running, or may not write.

Target amd64-unicode
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel user
!ifdef QUICK
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 64
!endif
Name "kpireport"
OutFile "${OUT}"
InstallDir ""
ShowInstDetails nevershow
ShowUninstDetails nevershow
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "kpireport"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "kpireport: KPI reports from Excel workbooks"
VIAddVersionKey LegalCopyright "MIT licence"

!include FileFunc.nsh
!include LogicLib.nsh
!include MUI2.nsh
!include x64.nsh

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\kpireport"
!define OWN "Software\kpireport"
!define MUI_FINISHPAGE_NOAUTOCLOSE
!define MUI_FINISHPAGE_RUN "$INSTDIR\kpireport.exe"
!define MUI_FINISHPAGE_RUN_TEXT "Show a report made from a sample workbook"
!define MUI_FINISHPAGE_RUN_FUNCTION Demo
!insertmacro MUI_PAGE_LICENSE "${FOLDER}\licences\kpireport.txt"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English
!insertmacro MUI_LANGUAGE German
!insertmacro MUI_LANGUAGE SimpChinese

LangString RUNNING ${LANG_ENGLISH} "kpireport is running, or this account may not write there. Close it, then start this again."
LangString RUNNING ${LANG_GERMAN} "kpireport läuft gerade, oder dieses Konto darf dort nicht schreiben. Beenden Sie es und starten Sie dies erneut."
LangString RUNNING ${LANG_SIMPCHINESE} "kpireport 正在运行，或此账户无写入权限。请将其关闭后重试。"
LangString SYSTEM ${LANG_ENGLISH} "kpireport needs Windows 10 or later, 64-bit."
LangString SYSTEM ${LANG_GERMAN} "kpireport braucht Windows 10 oder neuer, 64-Bit."
LangString SYSTEM ${LANG_SIMPCHINESE} "kpireport 需要 64 位 Windows 10 或更高版本。"
LangString DESK ${LANG_ENGLISH} "KPI desk"
LangString SAMPLE ${LANG_ENGLISH} "Sample report"
LangString DESK ${LANG_GERMAN} "KPI-Schreibtisch"
LangString SAMPLE ${LANG_GERMAN} "Musterbericht"
LangString DESK ${LANG_SIMPCHINESE} "KPI 工作台"
LangString SAMPLE ${LANG_SIMPCHINESE} "示例报告"
LangString DEMO ${LANG_ENGLISH} '""$INSTDIR\kpireport.exe" demo --out "%USERPROFILE%\Documents\kpireport" && start "" "%USERPROFILE%\Documents\kpireport\group.html""'
LangString DEMO ${LANG_GERMAN} '""$INSTDIR\kpireport.exe" demo --language de --out "%USERPROFILE%\Documents\kpireport" && start "" "%USERPROFILE%\Documents\kpireport\group.html""'
LangString DEMO ${LANG_SIMPCHINESE} '""$INSTDIR\kpireport.exe" demo --language zh --out "%USERPROFILE%\Documents\kpireport" && start "" "%USERPROFILE%\Documents\kpireport\group-zh.html""'
LangString BEGIN ${LANG_ENGLISH} "New KPI folder"
LangString BEGIN ${LANG_GERMAN} "Neuer KPI-Ordner"
LangString BEGIN ${LANG_SIMPCHINESE} "新建 KPI 文件夹"
LangString HELP ${LANG_ENGLISH} "Help"
LangString HELP ${LANG_GERMAN} "Hilfe"
LangString HELP ${LANG_SIMPCHINESE} "帮助"
LangString CHECKED ${LANG_ENGLISH} "Is everything ready"
LangString CHECKED ${LANG_GERMAN} "Ist alles bereit"
LangString CHECKED ${LANG_SIMPCHINESE} "检查是否就绪"

Var Everybody ; "--machine" where it is for all accounts, else ""
Var Path      ; "" where it is not to be on the path

; What stands in the registry is of the account, or of the machine.
!macro Root WRITE KEY REST
  ${If} $Everybody == ""
    ${WRITE} HKCU "${KEY}" ${REST}
  ${Else}
    ${WRITE} HKLM "${KEY}" ${REST}
  ${EndIf}
!macroend
!define Root "!insertmacro Root"

!macro ForWhom
  SetRegView 64
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/ALLUSERS" $R1
  ${IfNot} ${Errors}
    StrCpy $Everybody "--machine"
    SetShellVarContext all
  ${Else}
    StrCpy $Everybody ""
    SetShellVarContext current
  ${EndIf}
!macroend

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_ICONSTOP "$(SYSTEM)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  !insertmacro ForWhom
  ClearErrors
  ${GetOptions} $R0 "/NOPATH" $R1
  ${If} ${Errors}
    StrCpy $Path "yes"
  ${EndIf}
  ${If} $INSTDIR == ""
    ${If} $Everybody == ""
      ReadRegStr $INSTDIR HKCU "${OWN}" "Folder"
      ${If} $INSTDIR == ""
        StrCpy $INSTDIR "$LOCALAPPDATA\Programs\kpireport"
      ${EndIf}
    ${Else}
      ReadRegStr $INSTDIR HKLM "${OWN}" "Folder"
      ${If} $INSTDIR == ""
        StrCpy $INSTDIR "$PROGRAMFILES64\kpireport"
      ${EndIf}
    ${EndIf}
  ${EndIf}
FunctionEnd

Function un.onInit
  !insertmacro ForWhom
FunctionEnd

; A program that runs cannot be written to (renamed it can be): then nothing is touched, neither the old nor the new.
!macro Stop
  ${If} ${FileExists} "$INSTDIR\python\python.exe"
    ClearErrors
    FileOpen $R4 "$INSTDIR\python\python.exe" a
    ${IfNot} ${Errors}
      FileClose $R4
    ${Else}
      MessageBox MB_ICONSTOP "$(RUNNING)" /SD IDOK
      SetErrorLevel 2
      Abort "$(RUNNING)"
    ${EndIf}
  ${EndIf}
!macroend

; Only what an installer of ours put there; whoever keeps workbooks in the same folder keeps them.
!macro Remove
  RMDir /r "$INSTDIR\python"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\kpireport.exe"
!macroend

Function Demo
  ExecShell "open" "$SYSDIR\cmd.exe" '/c $(DEMO)'
FunctionEnd

Section
  !insertmacro Stop
  ReadRegStr $R2 HKCU "${OWN}" "Folder"
  ReadRegStr $R3 HKLM "${OWN}" "Folder"
  ${If} $R2 == $INSTDIR
  ${OrIf} $R3 == $INSTDIR
    !insertmacro Remove ; nothing of an older version stays among the new
  ${EndIf}
  SetOutPath "$INSTDIR"
  ClearErrors
  File /r "${FOLDER}\*.*"
  ${If} ${Errors}
    SetErrorLevel 2
    Abort
  ${EndIf}
  WriteUninstaller "$INSTDIR\uninstall.exe"

  ; Other accounts may not write into the folder of programs: what Python would keep there is made now.
  ${If} $Everybody != ""
    nsExec::ExecToLog '"$INSTDIR\python\python.exe" -m compileall -q "$INSTDIR\python\Lib"'
    Pop $R0
  ${EndIf}
  ${If} $Path != ""
    nsExec::ExecToLog '"$INSTDIR\python\python.exe" "$INSTDIR\python\search_path.py" add "$INSTDIR" $Everybody'
    Pop $R0
  ${EndIf}

  ; Each account works in its own folder; an entry for all accounts must not name one.
  CreateDirectory "$SMPROGRAMS\kpireport"
  CreateShortcut "$SMPROGRAMS\kpireport\$(SAMPLE).lnk" "$SYSDIR\cmd.exe" '/c $(DEMO)'
  CreateShortcut "$SMPROGRAMS\kpireport\$(DESK).lnk" "$SYSDIR\cmd.exe" '/c "cd /d "%USERPROFILE%\Documents" & (if exist KPI cd KPI) & "$INSTDIR\kpireport.exe" desk"'
  CreateShortcut "$SMPROGRAMS\kpireport\$(BEGIN).lnk" "$SYSDIR\cmd.exe" '/k "cd /d "%USERPROFILE%\Documents" & "$INSTDIR\kpireport.exe" init KPI"'
  CreateShortcut "$SMPROGRAMS\kpireport\$(HELP).lnk" "$SYSDIR\cmd.exe" '/k "cd /d "%USERPROFILE%\Documents" & "$INSTDIR\kpireport.exe" help"'
  CreateShortcut "$SMPROGRAMS\kpireport\$(CHECKED).lnk" "$SYSDIR\cmd.exe" '/k "cd /d "%USERPROFILE%\Documents" & "$INSTDIR\kpireport.exe" doctor"'

  ${Root} WriteRegStr "${OWN}" '"Folder" "$INSTDIR"'
  ${Root} WriteRegStr "${UNINSTALL}" '"DisplayName" "kpireport"'
  ${Root} WriteRegStr "${UNINSTALL}" '"DisplayVersion" "${VERSION}"'
  ${Root} WriteRegStr "${UNINSTALL}" '"Publisher" "The kpireport authors"'
  ${Root} WriteRegStr "${UNINSTALL}" '"InstallLocation" "$INSTDIR"'
  ${Root} WriteRegDWORD "${UNINSTALL}" '"EstimatedSize" ${SIZE}'
  ${Root} WriteRegDWORD "${UNINSTALL}" '"NoModify" 1'
  ${Root} WriteRegDWORD "${UNINSTALL}" '"NoRepair" 1'
  ${If} $Everybody == ""
    WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  ${Else}
    WriteRegStr HKLM "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe" /ALLUSERS'
    WriteRegStr HKLM "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /ALLUSERS /S'
  ${EndIf}
SectionEnd

Section un.kpireport
  !insertmacro Stop
  nsExec::ExecToLog '"$INSTDIR\python\python.exe" "$INSTDIR\python\search_path.py" remove "$INSTDIR" $Everybody'
  Pop $R0
  !insertmacro Remove
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; stays where there is anything in it that is not ours
  Delete "$SMPROGRAMS\kpireport\*.lnk"
  RMDir "$SMPROGRAMS\kpireport"
  ${Root} DeleteRegKey "${UNINSTALL}" ''
  ${Root} DeleteRegKey "${OWN}" ''
SectionEnd
