"""How much a text resembles what staff rejected on this site, learnt from their decisions and from nothing else."""
