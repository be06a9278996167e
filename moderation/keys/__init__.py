"""Single keys at the desk: everybody can switch them off for themselves, and it is remembered wherever they log in."""
