"""Unrolled objects at the desk: the session of painting, its brush, the job, other programs."""
