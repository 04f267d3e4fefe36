"""Asking for places, giving them back, and keeping them in step with the heads."""
