"""Recipients: posts (岗位), not people, and the names their alerts are written with."""
