"""The project on disk: document, save and load, journal, results."""
