"""Taking secrets out of posts: the page. What it does is the forum's (`community.threads.redacting`)."""
