"""One module a command: reads the arguments, calls core, says the answer."""
