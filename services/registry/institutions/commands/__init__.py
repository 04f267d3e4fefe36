"""What is done to partners, their clients and their bars."""
