"""The public forum: what customers and visitors see, and everything it stands on."""
