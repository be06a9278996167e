"""The application, as a server finds it: `wsgi:app`."""

from community.factory import create_app

app = create_app()
