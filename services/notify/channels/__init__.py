"""Channels (渠道): the ways to reach a post."""
