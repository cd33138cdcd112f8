"""Answers to lesson 12: from a file with broken rows to a report."""
