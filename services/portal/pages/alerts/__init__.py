"""Alerts (提醒): what waits to be signed for, what was, and new ones on every open page as they are raised.

Owns the pages alone; an alert, whom it is for and what becomes of it are notify's.
"""
