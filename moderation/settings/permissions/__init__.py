"""The page of permissions: verb by category, for a role or for one person."""
