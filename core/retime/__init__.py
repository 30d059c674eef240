"""Time made longer and shorter: pace, speed-ups, frames in between."""
