"""Bodies and answers about what follows recognition."""
