/* kpireport.exe: starts the Python that lies beside it, with the words that it was given, and ends with its exit code.
   It stands alone in a folder on the path, so that no other program finds our Python there. */
#define UNICODE
#define _UNICODE
#include <windows.h>
#include <stdio.h>

#define LONGEST 32767 /* characters of a command line, by Windows' own limit */
#define NOT_STARTED 69

/* Ctrl+C goes to all that share the console: Python ends by it, and the launcher tells how. */
static BOOL WINAPI stay(DWORD event) { return event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT; }

/* The words after the first, as they were typed: taking them apart and together again would lose quotes. */
static const wchar_t *words(const wchar_t *line) {
  int quoted = 0;
  while (*line && (quoted || (*line != L' ' && *line != L'\t'))) quoted ^= *line++ == L'"';
  while (*line == L' ' || *line == L'\t') line++;
  return line;
}

int main(void) {
  static wchar_t folder[LONGEST], line[LONGEST + 1];
  STARTUPINFOW start = {sizeof start};
  PROCESS_INFORMATION process;
  static JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits; /* all zero */
  HANDLE job = CreateJobObjectW(NULL, NULL);
  DWORD code = NOT_STARTED, length = GetModuleFileNameW(NULL, folder, LONGEST);
  wchar_t *end = length && length < LONGEST ? wcsrchr(folder, L'\\') : NULL;
  if (!end) return NOT_STARTED;
  *end = 0;
  if (_snwprintf(line, LONGEST, L"\"%ls\\python\\python.exe\" -X utf8 -m kpireport %ls", folder, words(GetCommandLineW())) < 0)
    return NOT_STARTED;
  /* Who ends the launcher, as the Task Scheduler does after its limit, ends Python too. */
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
  SetConsoleCtrlHandler(stay, TRUE);
  start.dwFlags = STARTF_USESTDHANDLES;
  start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
  start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
  start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
  if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, &start, &process)) {
    fwprintf(stderr, L"kpireport: %ls\\python\\python.exe does not start (%lu); install kpireport again\n", folder, GetLastError());
    return NOT_STARTED;
  }
  AssignProcessToJobObject(job, process.hProcess);
  ResumeThread(process.hThread);
  WaitForSingleObject(process.hProcess, INFINITE);
  GetExitCodeProcess(process.hProcess, &code);
  return (int)code;
}
