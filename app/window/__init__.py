"""The window itself: how it starts, what stands in it, what it tells and remembers."""
