"""The parts of a report as nouns: every text written in its reader's language, every chart plain geometry."""
