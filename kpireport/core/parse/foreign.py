"""Names of months and titles of columns in neighbouring languages: German, French, Spanish, Italian, Dutch, Korean.

Reports are English or Chinese; a workbook with "Januar" or "목표" is read all the same. Words that mean something in
English ("out", "set", "real") are left out.
"""

from __future__ import annotations

import re

MONTHS = {
    1: "januar jänner jan janvier janv enero ene gennaio januari janeiro",
    2: "februar feber février fevrier févr fevr fév febrero febbraio februari fevereiro",
    3: "märz maerz mrz mär mars marzo maart mrt março",
    4: "avril avr abril abr aprile",
    5: "mai mayo maggio mei maio",
    6: "juni juin junio giugno giu junho",
    7: "juli juillet juil julio luglio lug julho",
    8: "août aout agosto augustus",
    9: "septembre septiembre settembre setembro",
    10: "oktober okt octobre octubre ottobre ott outubro",
    11: "novembre noviembre novembro",
    12: "dezember dez décembre decembre déc diciembre dic dicembre dezembro",
}
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BY_WORD = {word: _ENGLISH[number - 1] for number, words in MONTHS.items() for word in words.split()}
_WORD = re.compile(rf"\b({'|'.join(sorted(_BY_WORD, key=len, reverse=True))})\b\.?")
_KOREAN = str.maketrans({"년": "年", "월": "月", "일": "日"})

TITLES = {
    "name": "Kennzahl|Kennzahlen|Messgröße|Indicateur|Indicateurs|Indicador|Indicatore|지표|지표명",
    "target": "Soll|Sollwert|Ziel|Zielwert|Planwert|Objectif|Cible|Objetivo|Obiettivo|목표값",
    "actual": "Ist|Istwert|Ist-Wert|Réalisé|Réel|Consuntivo|실적|실적값",
    "forecast": "Prognose|Prévision|Previsión|Previsione|예측",
    "previous year": "Vorjahr|VJ|Année précédente|Año anterior|Anno precedente|전년",
    "unit": "Einheit|Unité|Unidad|Unità|Eenheid|단위",
    "period": "Monat|Datum|Mois|Mes|Mese|Maand|Zeitraum|Période|월|기간",
    "department": "Abteilung|Bereich|Service|Departamento|부서",
    "owner": "Verantwortlich|Verantwortlicher|Responsable|Responsabile|담당자",
    "weight": "Gewicht|Gewichtung|Poids|Peso|가중치",
}
SERIES = {"actual": "ist|istwert|réalisé|réel", "target": "soll|sollwert|ziel|objectif|cible", "forecast": "prognose",
          "previous year": "vorjahr|vj"}  # fmt: skip
DERIVED = "Abweichung|Abw.|Abw. %|Differenz|Zielerreichung|Summe|Gesamt|Écart|Ecart|Desviación|Scostamento|차이|합계"


def english(text: str) -> str:
    """Return a text in lower case with the names of its months in English."""
    if text.isascii() and not text.isalpha() and not any(c.isalpha() for c in text):
        return text
    return _WORD.sub(lambda found: _BY_WORD[found[1]], text.translate(_KOREAN))


def words(field: str) -> str:
    """Return the titles of a field, each behind a "|"."""
    return f"|{TITLES[field]}" if field in TITLES else ""
