"""Restructuring: posts that stand in the wrong thread are brought to the right one, and brought back if that was wrong."""
