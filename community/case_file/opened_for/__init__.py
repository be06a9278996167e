"""Cases that staff open for customers who called or wrote elsewhere; the customer makes them theirs."""
