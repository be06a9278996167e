"""Sanctions: warn, silence, suspend, each with a reason that the person is told, and a way to appeal. No shadow bans."""
