"""Contact cards: what customers read of the one who answers for their case, and what the staff write on theirs."""
