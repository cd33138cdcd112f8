"""Scores for other programs. Every number comes from nbgrader's gradebook, read in one place."""
