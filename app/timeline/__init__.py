"""The timeline's drawing, geometry and drags; the panel itself is app.panels.timeline."""
