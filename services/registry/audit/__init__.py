"""The audit trail (审计): every write, every reading of clear values and every refusal, in a chain of hashes."""
