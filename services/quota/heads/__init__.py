"""Heads (人头): which subjects count, since when and for whom; rules only."""
