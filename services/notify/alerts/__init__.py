"""Alerts (提醒): a fact for one recipient, once."""
