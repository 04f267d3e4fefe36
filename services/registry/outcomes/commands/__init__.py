"""Circumstances recorded and withdrawn; placements entered and changed."""
