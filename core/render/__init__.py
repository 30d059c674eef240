"""Sequence and time to picture: compositor, effects, titles, export."""
