"""Putting right what verification found, and rebuilding everything from the registry."""
