"""Bulletins (历期通报): which were published, and each of them as quota made it."""
