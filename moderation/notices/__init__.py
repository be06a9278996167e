"""Notices of illegal content: anyone may give one, without an account; staff decide with reasons, and both sides are told."""
