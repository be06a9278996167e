"""What search engines, feed readers and other sites get to see: never more than a stranger may read."""
