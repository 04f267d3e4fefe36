"""Registrations (登记): one subject in one programme, with a state."""
