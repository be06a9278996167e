"""Cases opened for whoever called, at the desk."""
