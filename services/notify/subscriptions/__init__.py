"""Subscriptions (订阅): who hears of what, and by which channels."""
