"""From submissions to verdicts, the gradebook, feedback, exports and the class report."""
