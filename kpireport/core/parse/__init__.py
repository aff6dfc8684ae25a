"""From cells to nouns: find the header, know the column, read the number, read the period."""

from kpireport.core.parse.book import book

__all__ = ["book"]
