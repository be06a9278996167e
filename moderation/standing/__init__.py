"""One's own standing: what staff did to one's threads and posts, and how one's account is. Nobody reads another's."""
