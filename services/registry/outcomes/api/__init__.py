"""What follows recognition, over HTTP."""
