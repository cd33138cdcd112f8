"""Exercises of lesson 2: operations on tensors, and how their shapes meet."""

from ptbasics.exercises.l02_operations.mean_squared_error import mean_squared_error
from ptbasics.exercises.l02_operations.center_rows import center_rows
from ptbasics.exercises.l02_operations.pairwise_distances import pairwise_distances
from ptbasics.exercises.l02_operations.warmest import warmest
from ptbasics.exercises.l02_operations.count_correct import count_correct
from ptbasics.exercises.l02_operations.one_hot import one_hot
from ptbasics.exercises.l02_operations.softmax import softmax
from ptbasics.exercises.l02_operations.match_scores import match_scores
from ptbasics.exercises.l02_operations.mix_channels import mix_channels
