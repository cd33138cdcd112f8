"""Exercises of lesson 11: several ranks on one machine."""

from ptbasics.exercises.l11_distributed.global_mean import global_mean
from ptbasics.exercises.l11_distributed.ring_all_reduce import ring_all_reduce
from ptbasics.exercises.l11_distributed.same_start import same_start
from ptbasics.exercises.l11_distributed.average_gradients import average_gradients
from ptbasics.exercises.l11_distributed.train_ddp import train_ddp
from ptbasics.exercises.l11_distributed.evaluate_once import evaluate_once
from ptbasics.exercises.l11_distributed.save_once import save_once
