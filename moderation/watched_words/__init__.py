"""Words that a post is held or refused for: which they are, where they stand in a text, and who keeps the list."""
