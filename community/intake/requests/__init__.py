"""Guided requests: "I want to ...", and the form that asks for what is needed."""
