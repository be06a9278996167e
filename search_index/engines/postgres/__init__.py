"""The index in PostgreSQL, for sites on several machines. ``engine`` is what the rest of the program uses."""
