"""Who is on a thread: who works on it now (claim), who answers for it (contact), who looks at it or writes there (presence)."""
