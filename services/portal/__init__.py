"""The portal (门户): the pages people look at. It owns no truth: every figure is asked for when the page is."""
