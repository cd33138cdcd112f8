"""`python -m ptbasics`: the same as the command `ptbasics`."""

from ptbasics.cli import app

if __name__ == "__main__":
    app(prog_name="ptbasics")
