"""Exercises of lesson 12: the stages of one project, each graded alone.

A stage gets inputs of its own, so that a mistake in an earlier one costs nothing in a later one.
"""

from ptbasics.exercises.l12_capstone.digitsfile import DigitsFile
from ptbasics.exercises.l12_capstone.make_parts import make_parts
from ptbasics.exercises.l12_capstone.make_loaders import make_loaders
from ptbasics.exercises.l12_capstone.reader import Reader
from ptbasics.exercises.l12_capstone.fit import fit
from ptbasics.exercises.l12_capstone.run import Run
from ptbasics.exercises.l12_capstone.report import report
