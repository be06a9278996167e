"""Staff notes: what staff write to each other beside a thread. Nobody else ever reads one."""
