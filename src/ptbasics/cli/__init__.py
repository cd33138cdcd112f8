"""The `ptbasics` command. Each command calls one function elsewhere and says how it went.

Exit codes: 0 when all is well, 1 when something was found or could not be done (a sentence says
what), 2 when the command was not understood.
"""

# help lists the commands in the order of these imports
from ptbasics.cli import learning, authoring, grading, class_keeping, exporting  # isort: skip
from ptbasics.cli.shared import app

__all__ = ["app", "authoring", "class_keeping", "exporting", "grading", "learning"]
