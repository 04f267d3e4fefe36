"""The worker of imports."""
