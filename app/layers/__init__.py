"""Layers at the desk: asking for them, taking what comes back, and what is done with them on the timeline."""
