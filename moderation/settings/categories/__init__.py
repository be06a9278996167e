"""The page of categories: names, addresses, order, archive."""
