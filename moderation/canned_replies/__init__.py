"""Canned replies: texts that staff write once and fill in for many; a macro also adds tags and settles the thread."""
