"""The media bin's list and its looks; the panel is app.panels.media_bin."""
