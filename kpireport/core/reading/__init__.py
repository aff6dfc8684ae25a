"""From cells to facts: the finder reads figures in any layout, accounts for every number, and asks what it cannot know."""
