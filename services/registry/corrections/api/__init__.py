"""Routes of corrections, and of what people ask for of their data."""
