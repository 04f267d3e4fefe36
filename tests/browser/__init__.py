"""The portal in a real browser, before the real services: each role's day, every page, and what is printed."""
