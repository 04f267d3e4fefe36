"""Rebuilds (重建): everything counted anew from the registry alone, compared with what stands, swapped in."""
