"""Threads: categories, posts, tags, votes and solutions."""
