"""Networks from which nobody registers, and mail domains that nobody registers with. Reading is never blocked."""
