"""Print the table of the scores that the sample class must get.

    python -m autograder.sample_class.expected > autograder/sample_class/expected.csv

`ptbasics build --check` runs it, and compares.
"""

from __future__ import annotations

import csv
import sys

from autograder.sample_class.make import total, whole_class


def main() -> None:
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["student", "lesson", "score", "max_score", "why"])
    for submission in whole_class():
        best = total(submission.lesson)
        row = (submission.student, submission.lesson, submission.score, best, submission.why)
        table.writerow(row)


if __name__ == "__main__":
    main()
