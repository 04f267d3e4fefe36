"""What is read to move registrations."""
