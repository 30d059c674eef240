"""The command line: what is typed, and in `commands` what is done."""
