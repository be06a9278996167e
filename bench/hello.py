"""The yardstick: a Flask page that says hello and does nothing else."""

from __future__ import annotations

from flask import Flask

app = Flask("hello")


@app.get("/")
def hello() -> str:
    """The least that a Flask page can do."""
    return "<!doctype html><title>Hello</title><p>Hello, world."
