"""CONTRIBUTING.md, followed to the letter: its recipes are read, applied to a copy of the tree, and checked there."""
