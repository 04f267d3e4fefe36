"""What is read of imports."""
