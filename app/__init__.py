"""The window and the command line: knows core, core never knows it."""
