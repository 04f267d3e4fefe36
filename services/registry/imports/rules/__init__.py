"""What an import may do, what comes of its rows, and what they do to quotas."""
