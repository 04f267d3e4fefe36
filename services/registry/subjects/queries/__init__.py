"""What is read of people, organisations and posts."""
