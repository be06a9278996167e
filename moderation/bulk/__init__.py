"""Acts on many threads at once: all of them or none, and undone in one press."""
