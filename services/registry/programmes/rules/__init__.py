"""What the policy says, decided from values alone: eligibility, details, terms, places, working days."""
