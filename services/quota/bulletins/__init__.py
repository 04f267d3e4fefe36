"""Bulletins (通报): editions published, kept as they were, and read in every format."""
