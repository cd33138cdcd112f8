"""Exercises of lesson 6: which indices a loader draws, in which batches, in which epoch.

Everything random is graded by what must hold for any right answer: every index once, epochs that
differ, the same generator giving the same order. Only where PyTorch has one order of its own (the
loader, the distributed split) is that order expected. What was drawn is observed as it is; whether
it holds is measured where observations are compared.
"""

from ptbasics.exercises.l06_dataloader_batches.number_of_batches import number_of_batches
from ptbasics.exercises.l06_dataloader_batches.split_loaders import split_loaders
from ptbasics.exercises.l06_dataloader_batches.miniloader import MiniLoader
from ptbasics.exercises.l06_dataloader_batches.class_weights import class_weights
from ptbasics.exercises.l06_dataloader_batches.curriculumsampler import CurriculumSampler
from ptbasics.exercises.l06_dataloader_batches.infinitesampler import InfiniteSampler
from ptbasics.exercises.l06_dataloader_batches.resumablesampler import ResumableSampler
from ptbasics.exercises.l06_dataloader_batches.bucketbatchsampler import BucketBatchSampler
from ptbasics.exercises.l06_dataloader_batches.stratifiedbatchsampler import StratifiedBatchSampler
from ptbasics.exercises.l06_dataloader_batches.distributed_indices import distributed_indices
from ptbasics.exercises.l06_dataloader_batches.train_on_loaders import train_on_loaders
