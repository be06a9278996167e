"""The page of staff: who works here as what, who is shut out."""
