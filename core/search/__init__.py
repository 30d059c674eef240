"""Finding things in footage."""
