"""A clip with masks as layers: a clean background, and each object apart with what it throws on it."""
