"""Exercises of lesson 4: modules, losses, optimizers, and the loop that trains."""

from ptbasics.exercises.l04_training_loop.calibration import Calibration
from ptbasics.exercises.l04_training_loop.linearlayer import LinearLayer
from ptbasics.exercises.l04_training_loop.mlp import MLP
from ptbasics.exercises.l04_training_loop.cross_entropy import cross_entropy
from ptbasics.exercises.l04_training_loop.training_order import training_order
from ptbasics.exercises.l04_training_loop.fit_line import fit_line
from ptbasics.exercises.l04_training_loop.train_epoch import train_epoch
from ptbasics.exercises.l04_training_loop.sgd import SGD
from ptbasics.exercises.l04_training_loop.adam import Adam
from ptbasics.exercises.l04_training_loop.evaluate import evaluate
from ptbasics.exercises.l04_training_loop.clip_gradients import clip_gradients
from ptbasics.exercises.l04_training_loop.checkpoint import Checkpoint
