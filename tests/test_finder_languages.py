"""The finder in many languages: months, totals, scenarios and parts, each in its own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.finding import Case, params, result, wanted

ACROSS = {
    "English": ("Metric", "Jan Feb Mar Apr", "Total", "Sales"),
    "German": ("Kennzahl", "Januar Februar März April", "Summe", "Umsatz"),
    "Austrian": ("Kennzahl", "Jänner Februar März April", "Gesamt", "Umsatz"),
    "French": ("Indicateur", "janv. févr. mars avr.", "Total", "Ventes"),
    "Spanish": ("Indicador", "enero febrero marzo abril", "Total", "Ventas"),
    "Portuguese": ("Indicador", "jan fev mar abr", "Total", "Vendas"),
    "Italian": ("Indicatore", "gennaio febbraio marzo aprile", "Totale", "Vendite"),
    "Dutch": ("Indicator", "januari februari maart april", "Totaal", "Omzet"),
    "Swedish": ("Nyckeltal", "jan feb mars apr", "Summa", "Försäljning"),
    "Polish": ("Wskaźnik", "styczeń luty marzec kwiecień", "Suma", "Sprzedaż"),
    "Russian": ("Показатель", "январь февраль март апрель", "Итого", "Продажи"),
    "Turkish": ("Gösterge", "Ocak Şubat Mart Nisan", "Toplam", "Satışlar"),
    "Finnish": ("Mittari", "tammikuu helmikuu maaliskuu huhtikuu", "Yhteensä", "Myynti"),
    "Czech": ("Ukazatel", "leden únor březen duben", "Celkem", "Tržby"),
    "Indonesian": ("Indikator", "Januari Februari Maret April", "Jumlah", "Penjualan"),
    "Chinese": ("指标", "1月 2月 3月 4月", "合计", "销售额"),
    "Japanese": ("指標", "1月 2月 3月 4月", "合計", "売上"),
    "Korean": ("지표", "1월 2월 3월 4월", "합계", "매출"),
}
"""By language: a title of names, four months, a word for total, a line."""


def _across(language: str) -> Case:
    title, months, total, name = ACROSS[language]
    return Case(
        language,
        {
            "2026": f"""
            {title} | {" | ".join(months.split())} | {total}
            {name}  | 131 | 144 | 139 | 128 | 542
            XYZ     | 31  | 44  | 39  | 28  | 142
            {total} | 162 | 188 | 178 | 156 | 684
            """
        },
        facts=f"""
        2026!B2 | {name} | | 2026-01 | actual | 131
        2026!C2 | {name} | | 2026-02 | actual | 144
        2026!D2 | {name} | | 2026-03 | actual | 139
        2026!E2 | {name} | | 2026-04 | actual | 128
        """,
        count=8,
        classes="""
        2026!F2:F4 total
        2026!B4:E4 total
        """,
    )


DOWN = {
    "English": ("Month", "Sales", "Actual", "Target"),
    "German": ("Monat", "Umsatz", "Ist", "Soll"),
    "French": ("Mois", "Ventes", "Réel", "Objectif"),
    "Spanish": ("Mes", "Ventas", "Real", "Meta"),
    "Portuguese": ("Mês", "Vendas", "Realizado", "Meta"),
    "Italian": ("Mese", "Vendite", "Consuntivo", "Budget"),
    "Dutch": ("Maand", "Omzet", "Werkelijk", "Doel"),
    "Swedish": ("Månad", "Försäljning", "Utfall", "Budget"),
    "Polish": ("Miesiąc", "Sprzedaż", "Wykonanie", "Plan"),
    "Russian": ("Месяц", "Продажи", "Факт", "План"),
    "Turkish": ("Ay", "Satışlar", "Gerçekleşen", "Hedef"),
    "Chinese": ("月份", "销售额", "实际", "目标"),
    "Japanese": ("月", "売上", "実績", "目標"),
    "Korean": ("월", "매출", "실적", "목표"),
}
"""By language: a title of months, a line, the words for actual and target."""


def _down(language: str) -> Case:
    month, name, actual, target = DOWN[language]
    return Case(
        f"{language}, months down",
        {
            name: f"""
            {month}  | {actual} | {target}
            2026-01 | 131 | 120
            2026-02 | 144 | 125
            2026-03 | 139 | 130
            """
        },
        facts=f"""
        {name}!B2 | {name} | | 2026-01 | actual | 131
        {name}!C2 | {name} | | 2026-01 | target | 120
        {name}!B3 | {name} | | 2026-02 | actual | 144
        {name}!C3 | {name} | | 2026-02 | target | 125
        {name}!B4 | {name} | | 2026-03 | actual | 139
        {name}!C4 | {name} | | 2026-03 | target | 130
        """,
        asked="add_up should, direction should",
    )


CASES = params(*map(_across, ACROSS), *map(_down, DOWN))


@pytest.mark.parametrize("case", CASES)
def test_a_table_in_its_own_language(case: Case, tmp_path: Path) -> None:
    assert result(case, tmp_path) == wanted(case)
