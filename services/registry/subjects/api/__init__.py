"""People and organisations over HTTP."""
