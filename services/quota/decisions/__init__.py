"""Decisions (下达与调整): a quota laid down, an amount revised by two officers, milestones measured anew."""
