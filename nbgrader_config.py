"""nbgrader looks here; the configuration itself is in `autograder/nbgrader_config.py`."""

load_subconfig("autograder/nbgrader_config.py")  # noqa: F821 (nbgrader provides it)
