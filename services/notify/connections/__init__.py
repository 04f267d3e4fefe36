"""Connections (渠道接入): channels as this house has set them up, beside those that are there by themselves.

Owns the code, kind, name and settings of each; a kind is one file in `channels`. Settings, an address included, are
sealed and never shown: the address of a robot is its key. A channel that its other side refuses for good is *broken*:
nothing goes by it any more until its settings or `enabled` are changed, and who hears by it hears by the others.
"""
