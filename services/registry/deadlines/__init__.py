"""Deadlines (届满): what ends by its date alone, terms and the time to contest a revocation; done by the system."""
