"""Partner institutions (合作单位) and their credentials: a secret is shown once, to whoever made it, never again."""
