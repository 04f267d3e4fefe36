"""Named reads of bulletins, and everything an edition is drawn up from."""
