"""Hooks: telephone systems and chat tools tell of contacts by themselves."""
