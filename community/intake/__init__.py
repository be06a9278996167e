"""Asking: drafts and the three steps from an issue to a thread, or to a solved case that spares it."""
