"""The policy pack (政策包) as notify needs it: who is told, and what things are called."""
