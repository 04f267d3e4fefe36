"""What a follow-up is: its states, its terms, and who may do what."""
