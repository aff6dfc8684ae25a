"""Write kpireport/languages/periods.json: words for months, quarters and spans of time in many languages, from CLDR.

    python scripts/periods.py

The words come from the Unicode Common Locale Data Repository (CLDR) by way of Babel, whose version stands in
the file; the licence of the data is Unicode-3.0. A word that means two things in two languages keeps both: the words
beside it decide. Halves of a year are not in CLDR, nor is a word of Excel's: they stand below.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import babel
from babel import Locale
from babel.units import format_unit

from kpireport.core.lexicon import period_key

FILE = Path(__file__).parents[1] / "kpireport" / "languages" / "periods.json"
LICENCE = "Unicode-3.0, https://www.unicode.org/license.txt"
# A territory counts where it has words of its own: Setiembre in Peru, Jänner in Austria, Sept in Great Britain.
LOCALES = (
    *("en", "en_GB", "en_AU", "de", "de_AT", "fr", "fr_CA", "es", "es_PE", "es_MX", "es_UY", "it", "pt", "pt_PT", "nl"),
    *("sv", "da", "nb", "fi", "pl", "cs", "sk", "hu", "ro", "bg", "hr", "sl", "sr_Latn", "ru", "uk", "el", "tr", "ca"),
    *("eu", "lt", "lv", "et", "vi", "id", "ms", "zh", "ja", "ko", "th", "ar", "he", "hi"),
)
SPANS = ("year", "quarter", "month", "week", "day", "hour")
COUNTS = (1, 2, 5, 21)  # of which a language may have forms of their own
HALVES = {
    "half": "en", "half year": "en", "half-year": "en", "halbjahr": "de", "hj": "de", "semestre": "fr es it pt ca",
    "halfjaar": "nl", "halvår": "sv nb da", "puolivuosi": "fi", "półrocze": "pl", "pololetí": "cs",
    "polrok": "sk", "félév": "hu", "полугодие": "ru", "півріччя": "uk", "εξάμηνο": "el", "yarıyıl": "tr", "半年": "zh",
    "半期": "ja", "반기": "ko",
}  # fmt: skip
EXCEL = {"mrz": ("3", "de de_AT")}  # what Excel's own format of a month writes, where CLDR has another word

Entries = set[tuple[str, str, str, str]]  # table, word by ``period_key``, what it means, locale


def cldr(tag: str) -> Entries:
    """Return the words of a locale."""
    locale = Locale.parse(tag)
    found = set()
    for table, names in (("months", locale.months), ("quarters", locale.quarters)):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                found |= {(table, name, str(number), tag) for number, name in names[context][width].items()}
    for span in SPANS:
        for length in ("long", "short"):
            for count in COUNTS:
                shown = format_unit(count, f"duration-{span}", length=length, locale=locale)
                found.add(("spans", re.sub(r"\d+", " ", shown), span, tag))
    keys = {(table, period_key(name), meaning, tag) for table, name, meaning, tag in found}
    return {entry for entry in keys if any(c.isalpha() for c in entry[1])}


def main() -> None:
    # One process a locale: a locale that Babel has loaded leaves names of its own in those that are loaded after it.
    with ProcessPoolExecutor(max_workers=2, max_tasks_per_child=1) as pool:
        entries = set().union(*pool.map(cldr, LOCALES))
    entries |= {("spans", word, "half", tag) for word, tags in HALVES.items() for tag in tags.split()}
    entries |= {("months", word, number, tag) for word, (number, tags) in EXCEL.items() for tag in tags.split()}
    tables: dict[str, dict[str, dict[str, list[str]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for table, word, meaning, tag in sorted(entries, key=lambda entry: (*entry[:3], LOCALES.index(entry[3]))):
        tables[table][word][meaning].append(tag)
    source = f"Unicode CLDR by way of Babel {babel.__version__}; made by scripts/periods.py"
    parts = [f'"source": {json.dumps(source)}', f'"licence": {json.dumps(LICENCE)}']
    for table, words in tables.items():
        lines = (f"{json.dumps(word, ensure_ascii=False)}: {meanings(words[word])}" for word in words)
        parts.append(f'"{table}": {{\n' + ",\n".join(lines) + "\n}")
    FILE.write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")


def meanings(tags: dict[str, list[str]]) -> str:
    """Return what a word means, and where, as JSON on one line."""
    return json.dumps({meaning: " ".join(listed) for meaning, listed in tags.items()})


if __name__ == "__main__":
    main()
