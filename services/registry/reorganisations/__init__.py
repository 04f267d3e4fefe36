"""Reorganisations (合并、分立): organisations that end in others, and what that does to titles, posts and codes."""
