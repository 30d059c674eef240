"""The film while it plays or stands: pictures, sound, the clock that both follow, and what is recorded meanwhile."""
