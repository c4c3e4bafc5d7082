"""Files of a project → quads with places, and what follows from them."""
