"""Somebody else's register in, with a mapping that a person has looked through; a unit's return out."""

from riskbook.adopt.take import every, unit_return, wanted

__all__ = ["every", "unit_return", "wanted"]
