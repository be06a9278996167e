"""Which numbers of the site's own are personal: staff say what they look like, and try it before anybody meets it."""
