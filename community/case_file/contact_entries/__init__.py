"""Contact entries: what was said on the telephone, in a chat or anywhere else stands in the case, too."""
