"""Places (名额) under a cap: asked of quota before anybody is recognised, and given back when nothing comes of it."""
