"""What is done to partners, their credentials and their bars."""
