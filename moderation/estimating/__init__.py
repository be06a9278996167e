"""What staff think that the asker of a solved thread would say, beside what the asker says."""
