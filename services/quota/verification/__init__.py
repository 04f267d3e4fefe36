"""Verification (核对): figures kept twice held against one another, put right on record, or rebuilt (重建) anew."""
