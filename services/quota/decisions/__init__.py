"""Decisions (下达与调整): the policy pack, a quota of the bureau's own, a revised amount."""
