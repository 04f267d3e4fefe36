"""What changes who may come."""
