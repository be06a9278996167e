"""The case file: what only a customer and the staff who help them may know."""
