"""From cells to nouns: find the header, know the column, read the number, read the period."""
