"""Turn the Excel workbooks that finance staff keep into a monthly KPI report."""

from kpireport.core import lexicon as lexicons
from kpireport.core.reading import words

__version__ = "0.1.0"


def _lexicon() -> lexicons.Lexicon:
    from kpireport.languages import lexicon

    return lexicon()


def _trade() -> words.Trade:
    from kpireport.languages.trade import trade

    return trade()


lexicons.install(_lexicon)
words.install(_trade)
