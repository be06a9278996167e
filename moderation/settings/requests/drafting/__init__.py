"""The pages on which a form is built."""
