"""The rows of people, organisations and posts."""
