"""Turn the Excel workbooks that finance staff keep into a monthly KPI report."""

from kpireport.core.lexicon import Lexicon, install

__version__ = "0.1.0"


def _lexicon() -> Lexicon:
    from kpireport.languages import lexicon

    return lexicon()


install(_lexicon)
