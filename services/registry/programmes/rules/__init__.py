"""What a programme asks for, decided from values alone: eligibility, details, terms, places, working days."""
