"""How many count, against which quota."""
