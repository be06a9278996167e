"""Who is here: registration, login, sessions, roles."""
