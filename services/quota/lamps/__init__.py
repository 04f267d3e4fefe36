"""Lamps (亮灯): what a quota's pace shows from day to day, and the two changes that are told."""
