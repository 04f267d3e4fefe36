"""The policy pack (政策包): this service's part of it, told apart from what is in force, and applied."""
