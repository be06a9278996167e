"""The seed story: Koogwerke, a regional internet and electricity provider that does not exist, and its customers."""
