"""Erasing a customer at the desk, and what the staff side keeps of them."""
