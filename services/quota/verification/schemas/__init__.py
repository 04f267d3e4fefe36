"""Bodies and answers of verification and of rebuilds."""
