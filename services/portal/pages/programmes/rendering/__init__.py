"""The page of a programme as it is shown: in words, and laid out."""
