"""Bringing a community from elsewhere: one module per source system; resumable, silent."""
