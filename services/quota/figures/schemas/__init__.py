"""What is asked and answered about progress, and about what stands behind it."""
