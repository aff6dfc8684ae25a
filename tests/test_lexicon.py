"""The lexicon: words of all languages at once, from one file a language; months of many more from CLDR."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping

import pytest

from kpireport import languages
from kpireport.core.sheet_kinds import SHEET_KINDS

LEXICON = languages.lexicon()
FILES = sorted(languages.FOLDER.glob("*/vocabulary.toml"))
TAGS = [path.parent.name for path in FILES]
SEVERAL_USES = ("patterns", "derived", "unit_labels", "limits", "people")  # tables of lists that are used one by one


def meanings_of(table: Mapping[str, tuple[str, ...]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for meaning, words in table.items():
        for word in words:
            found[LEXICON.title_key(word)].add(meaning)
    return found


@pytest.mark.parametrize("path", FILES, ids=TAGS)
def test_a_field_has_titles_only_on_a_kind_of_sheet_that_has_it(path) -> None:
    titles = tomllib.loads(path.read_text("utf-8")).get("titles", {})
    assert {f"{kind}.{name}" for kind, names in titles.items() for name in names} <= {
        f"{kind}.{name}" for kind, sheet in SHEET_KINDS.items() for name in sheet.fields
    }


@pytest.mark.parametrize("path", FILES, ids=TAGS)
def test_words_mean_what_the_program_knows(path) -> None:
    free = {
        "months",
        "numbers",
        "currencies",
        "scales",
        "money_scales",
        "choices.language",
        "weak.goals",
        "weak.metrics",
    }
    known = {
        (table, name) for tag in ("en", "zh") for table, names in LEXICON.vocabularies[tag].items() for name in names
    }
    own = LEXICON.vocabularies[path.parent.name].items()
    assert {(table, name) for table, names in own for name in names if table not in free} <= known


@pytest.mark.parametrize("kind", SHEET_KINDS)
def test_every_field_has_a_title_in_english(kind: str) -> None:
    english = LEXICON.vocabularies["en"]
    without = [
        name
        for name in SHEET_KINDS[kind].fields
        if not english[f"titles.{kind}"].get(name) and name not in SHEET_KINDS[kind].shared
    ]
    assert without == []


@pytest.mark.parametrize("path", FILES, ids=TAGS)
def test_a_word_means_one_thing_in_a_table_of_a_language(path) -> None:
    twice = {
        f"{name}: {word}"
        for name, table in LEXICON.vocabularies[path.parent.name].items()
        if name not in SEVERAL_USES
        for word, meanings in meanings_of(table).items()
        if len(meanings) > 1
    }
    assert twice == set()


@pytest.mark.parametrize("path", FILES, ids=TAGS)
def test_every_pattern_can_be_used(path) -> None:
    for name, patterns in LEXICON.vocabularies[path.parent.name].get("patterns", {}).items():
        for pattern in patterns:
            assert re.compile(pattern).fullmatch("\0") is None, name


def test_all_vocabularies_are_read_but_only_those_with_sentences_can_be_spoken() -> None:
    assert next(iter(LEXICON.vocabularies)) == "en"
    assert set(languages.tags()) < set(LEXICON.vocabularies) == set(TAGS)


@pytest.mark.parametrize(
    ("word", "month", "locale"),
    [
        ("Sept.", 9, "en_GB"),
        ("SETIEMBRE", 9, "es_PE"),
        ("Jänner", 1, "de_AT"),
        ("d’abril", 4, "ca"),
        ("août", 8, "fr"),
        ("ม.ค.", 1, "th"),
        ("сент.", 9, "ru"),
        ("10월", 10, "ko"),
        ("十月", 10, "zh"),
    ],
)
def test_months_of_many_languages_are_known(word: str, month: int, locale: str) -> None:
    assert locale in dict(LEXICON.months(word))[month]


def test_a_word_that_names_two_months_keeps_both_with_their_languages() -> None:
    assert {number: sorted(locales) for number, locales in LEXICON.months("listopad")} == {10: ["hr"], 11: ["cs", "pl"]}
    assert LEXICON.months("Avg") == ((8, frozenset({"sl", "sr_Latn"})),)
    assert LEXICON.months("Budget") == ()


def test_each_locale_gives_words_for_all_twelve_months() -> None:
    months = {
        (locale, number)
        for word in LEXICON.periods["months"]
        for number, locales in LEXICON.months(word)
        for locale in locales
    }
    locales = {locale for locale, _ in months}
    assert len(locales) > 44
    # Months that are written as bare numbers, as in some of the shorter forms, name none.
    assert {locale: sorted(set(range(1, 13)) - {n for each, n in months if each == locale}) for locale in locales} == {
        locale: [] for locale in locales
    }


def test_words_for_spans_of_time() -> None:
    assert {word: [span for span, _ in LEXICON.spans(word)] for word in ("Jahre", "Halbjahr", "trimestre", "Plan")} == {
        "Jahre": ["year"], "Halbjahr": ["half"], "trimestre": ["quarter"], "Plan": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "titles",
    [
        pytest.param("Kennzahl | Zielwert | Einheit | Richtung | Verantwortlich | Gewichtung", id="German"),
        pytest.param("Indicateur | Objectif | Unité | Sens | Responsable | Poids", id="French"),
        pytest.param("Indicador | Objetivo | Unidad | Dirección | Responsable | Ponderación", id="Spanish"),
        pytest.param("Indicador | Valor-alvo | Unidade | Direção | Responsável | Peso", id="Portuguese"),
        pytest.param("Indicatore | Obiettivo | Unità | Direzione | Responsabile | Peso", id="Italian"),
        pytest.param("指標 | 目標 | 単位 | 方向 | 担当者 | 重み", id="Japanese"),
        pytest.param("指标 | 目标 | 单位 | 方向 | 负责人 | 权重", id="Chinese"),
        pytest.param("KPI | Target | Unit | Direction | Owner | Weight", id="English"),
    ],
)
def test_the_titles_of_our_own_columns_are_known(titles: str) -> None:
    fields = [LEXICON.field("goals", title) for title in titles.split(" | ")]
    assert fields == ["name", "target", "unit", "direction", "owner", "weight"]


@pytest.mark.parametrize(
    ("title", "near"),
    [
        ("Directon", ("Direction", "direction")),
        ("Taget", ("Target", "target")),
        ("Zielwet", ("Zielwert", "target")),
        ("Verantwortlch", ("Verantwortlich", "owner")),
        ("Direction", None),
        ("Tax", None),
        ("Comment thread", None),
    ],
)
def test_a_misspelt_title_is_nearly_one_of_ours(title: str, near: tuple[str, str] | None) -> None:
    assert LEXICON.near_field("goals", title) == near


def test_a_word_of_one_language_that_is_common_in_another_counts_only_where_the_sheet_is_in_its_language() -> None:
    assert LEXICON.field("goals", "Meta") is None
    assert LEXICON.field("goals", "Meta", languages=frozenset({"es"})) == "target"
    assert LEXICON.field("metrics", "Real", languages=frozenset({"de"})) is None
    assert LEXICON.field("goals", "Objetivo", languages=frozenset({"es"})) == "target"


def test_the_languages_in_which_titles_are_written() -> None:
    titles = ["Indicador", "Unidade", "Direção", "Meta", "KPI", "Ano"]
    assert LEXICON.languages("goals", titles).most_common(1) == [("pt", 4)]


def test_a_language_is_chosen_by_its_own_name_only_where_reports_can_be_written_in_it() -> None:
    assert LEXICON.meaning("choices.language", "中文") == "zh"
    assert set(LEXICON.table("choices.language").values()) <= set(languages.tags())
