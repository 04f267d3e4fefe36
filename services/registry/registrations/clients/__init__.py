"""Asking quota for seats (名额), and having settled what it answers; no transaction waits for either."""
