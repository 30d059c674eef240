"""From a sequence and a time to a picture and its sound, and from a range of them to a file."""
