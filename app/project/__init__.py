"""The document at the desk: its value and undo, opening and saving, what comes in from the disk."""
