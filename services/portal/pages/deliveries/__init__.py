"""Deliveries (投递): which alerts went which way, what came of each attempt, and sending one again."""
