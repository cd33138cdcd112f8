"""Exercises of lesson 1: making tensors, picking from them, and the memory behind them."""

from ptbasics.exercises.l01_tensors.percentages import percentages
from ptbasics.exercises.l01_tensors.snapshot import snapshot
from ptbasics.exercises.l01_tensors.chessboard import chessboard
from ptbasics.exercises.l01_tensors.repair import repair
from ptbasics.exercises.l01_tensors.chosen_scores import chosen_scores
from ptbasics.exercises.l01_tensors.row_major_strides import row_major_strides
from ptbasics.exercises.l01_tensors.same_storage import same_storage
from ptbasics.exercises.l01_tensors.as_batch import as_batch
from ptbasics.exercises.l01_tensors.channels_first import channels_first
