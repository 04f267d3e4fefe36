"""Subscriptions (订阅): what each post hears of, how much it must matter, by which channels, at once or in a digest.

Owns the pages alone; what a subscription matches, and when its alerts go out, is notify's.
"""
