"""Channels (渠道): connected, tried, changed and removed, with how each fares; a secret is never shown again.

Owns the pages alone; sealing, sending and what breaks a channel are notify's.
"""
