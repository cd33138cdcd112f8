"""A newer bundle of the course, unpacked over a student's work without losing any of it."""
