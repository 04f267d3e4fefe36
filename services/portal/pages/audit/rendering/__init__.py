"""How the pages of the audit trail speak."""
