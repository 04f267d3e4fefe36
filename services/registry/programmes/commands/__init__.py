"""What puts policies into force, and what is learnt of limits."""
