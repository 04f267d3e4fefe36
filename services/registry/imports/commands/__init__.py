"""What is done with imports: uploaded, read, tried, entered, undone."""
