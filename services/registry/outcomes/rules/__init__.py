"""What may follow a recognition, when, and what comes of it."""
