"""Settings in the browser: categories, tags, staff and what they may. One folder for each page."""
