"""Objects and their masks at the desk: drawing, tracking, proposals, identities, mask files."""
