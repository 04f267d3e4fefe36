"""How the pages of quotas speak, and what their forms ask for."""
