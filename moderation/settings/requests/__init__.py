"""Requests and their forms, built in the browser: the menu of each category, and what each entry asks for."""
