"""The networks of the house, and where their weights lie."""
