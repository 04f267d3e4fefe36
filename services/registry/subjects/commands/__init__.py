"""What is done to subjects' records: identified or recorded, renamed, filed documents, looked for among all others."""
