"""The forms of the inspector; the panel is app.panels.inspector."""
