"""Exercises of lesson 5: data sets, honest splits, and a classifier for real flowers.

Classes are looked at from outside only: what they hand out, not how they keep it.
"""

from ptbasics.exercises.l05_iris_dataset.irisdataset import IrisDataset
from ptbasics.exercises.l05_iris_dataset.tabledataset import TableDataset
from ptbasics.exercises.l05_iris_dataset.compose import Compose
from ptbasics.exercises.l05_iris_dataset.folds import folds
from ptbasics.exercises.l05_iris_dataset.stratified_split import stratified_split
from ptbasics.exercises.l05_iris_dataset.standardize_parts import standardize_parts
from ptbasics.exercises.l05_iris_dataset.samplestream import SampleStream
from ptbasics.exercises.l05_iris_dataset.lazycsvdataset import LazyCsvDataset
from ptbasics.exercises.l05_iris_dataset.train_classifier import train_classifier
from ptbasics.exercises.l05_iris_dataset.confusion_matrix import confusion_matrix
