"""What is done to people's records: identified or recorded, filed documents, looked for among all others."""
