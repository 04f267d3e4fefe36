"""What is expected by a day, what a lamp shows, and where a quota is going."""
