"""Programmes (人才计划): what a policy asks of those it registers."""
