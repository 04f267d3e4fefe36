"""What does not agree, and what a rebuild would change."""
