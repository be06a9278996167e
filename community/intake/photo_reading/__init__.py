"""Reading a number in a photo: of a meter, a type label, an invoice. What is read is a guess, shown to whoever sent the photo,
and nothing more until they say that it is right."""
