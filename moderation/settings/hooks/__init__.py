"""The settings page of the systems that may tell of contacts."""
