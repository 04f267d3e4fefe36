"""Accounts (账号): people who may sign in; one person issues one, another approves it, and a password is shown once."""
