"""Where the index is kept. The rest of the program knows ``contract`` alone."""
