"""The overview as it is shown: laid out in sections, written in words, drawn as bars."""
