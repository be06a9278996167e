"""Flags: readers say what is wrong with a post, staff decide."""
