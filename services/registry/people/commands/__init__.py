"""What is done to the records of people."""
