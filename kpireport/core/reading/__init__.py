"""From cells to facts: figures in any layout, an account of every number, and questions for what cannot be known."""
