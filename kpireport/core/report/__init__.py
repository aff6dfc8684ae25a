"""From figures to what a reader sees: order, groups, sentences, footnotes and the geometry of charts."""
