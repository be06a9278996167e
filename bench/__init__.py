"""Benchmarks: figures are ratios measured in one run, never absolute times in a test."""
