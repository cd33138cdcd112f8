"""The rooms of this package that never leave the instructor's machine.

They are in no student's wheel, in no view that a submission runs in, and in no process that
submissions are forked from.
"""

from __future__ import annotations

INSTRUCTOR_ONLY = ("reference", "authoring", "grading")
