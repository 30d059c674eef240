"""Masks and mattes: storage, drawing, propagation through a clip."""
