"""Finding what is wrong in a template before it is deployed."""
