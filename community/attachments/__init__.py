"""Attachments: photos and files that people send. What they sent is never served as it came: photos are drawn anew."""
