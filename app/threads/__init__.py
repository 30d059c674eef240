"""Work beside the window, and the way back to it."""
