"""``kpireport doctor``: is everything on this computer ready? Nothing is sent."""

from __future__ import annotations

from pathlib import Path

import click

FINE, MEND = 0, 1
WORDS = {
    "en": {"fine": "ok  ", "advice": "note", "mend": "MEND", "fix": "do", "good": "everything is ready",
           "bad": "{count} thing(s) to mend"},
    "zh": {"fine": "正常", "advice": "提示", "mend": "需处理", "fix": "处理", "good": "一切就绪",
           "bad": "有 {count} 项需要处理"},
}  # fmt: skip


@click.command()
@click.option(
    "--settings", type=click.Path(dir_okay=False, exists=True, path_type=Path), metavar="FILE",
    help="The settings file; otherwise kpireport.toml of the folder you are in, where there is one.",
)  # fmt: skip
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", help="English or Chinese.")
@click.option(
    "--system", type=click.Choice(["windows", "macos", "linux"]), help="Say what to do on another system than this one."
)
def doctor(settings: Path | None, language: str, system: str | None) -> None:
    """Say whether everything on this computer is ready: Pango, fonts, settings, folders, disk, clock, mail server."""
    from kpireport import doctor as examining
    from kpireport.command_line import as_typed
    from kpireport.doctor import Grade

    here = examining.this_system()
    usual = Path("kpireport.toml")
    words = WORDS[language]
    count = 0
    for each in examining.examine(settings or (usual if usual.is_file() else None), chinese=language == "zh"):
        count += each.grade is Grade.MEND
        click.echo(f"{words[each.grade.value]}  {each.text(language)}")
        if fix := each.fix(language, system or here):
            fix = as_typed(fix) if system in (None, here) else fix
            click.echo(f"      {words['fix']}: {fix}")
    click.echo(words["bad"].format(count=count) if count else words["good"])
    raise SystemExit(MEND if count else FINE)
