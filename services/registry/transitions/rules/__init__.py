"""Which transitions there are, and what each needs."""
