"""What is read of accounts, clients and tokens."""
