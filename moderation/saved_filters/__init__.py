"""Saved filters of the queue: a name for a choice that somebody makes often. They are their owner's alone."""
