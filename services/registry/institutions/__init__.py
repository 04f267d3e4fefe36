"""Partner institutions (合作单位), their clients, and the tokens those clients get."""
