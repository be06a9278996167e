"""The page of tags: names, merging, other words for them."""
