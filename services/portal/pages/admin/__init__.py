"""Administration (管理): the way to what officers and operators look after, as far as each may open it."""
