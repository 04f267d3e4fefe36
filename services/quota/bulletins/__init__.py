"""Bulletins (通报): editions drawn up from the figures of one moment, published, frozen, and read in every format."""
