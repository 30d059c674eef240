"""Objects that are lost and found: is what a mask shows the object, and is what appears it again."""
