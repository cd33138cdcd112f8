"""Exercises of lesson 9: devices, time, memory, precision."""

from ptbasics.exercises.l09_cuda.to_device import to_device
from ptbasics.exercises.l09_cuda.standardise import Standardise
from ptbasics.exercises.l09_cuda.epoch_loss import epoch_loss
from ptbasics.exercises.l09_cuda.epoch_seconds import epoch_seconds
from ptbasics.exercises.l09_cuda.training_memory import training_memory
from ptbasics.exercises.l09_cuda.autocast_step import autocast_step
from ptbasics.exercises.l09_cuda.load_anywhere import load_anywhere
