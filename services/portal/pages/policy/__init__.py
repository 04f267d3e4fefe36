"""The policy pack (政策包): what is in force, a new one held against it, and put into force by two officers.

Owns the pages alone; a pack is put to registry and quota, and to notify once it is in force in both.
"""
