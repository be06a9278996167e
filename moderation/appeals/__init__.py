"""Appeals: whoever is met by a decision may ask once that somebody else decides it anew."""
