"""What the bureau corrects: who is one person, what an organisation became, where a boundary lies."""
