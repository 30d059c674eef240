"""The queue of long jobs, and the jobs that every part of the window asks for in the same way."""
