"""Transitions (办理): what moves a registration, its notices, its deadlines and what is found of it afterwards."""
