"""Registrations (登记): one subject in one programme, with a state; under a cap, with a seat asked of quota."""
