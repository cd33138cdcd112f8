"""Exercises of lesson 10: images on their way to a model, with chance and without.

What needs torchvision imports it while it observes, so that the other lessons do without it.
"""

from ptbasics.exercises.l10_transforms.preprocess import preprocess
from ptbasics.exercises.l10_transforms.channel_stats import channel_stats
from ptbasics.exercises.l10_transforms.paired_crop_flip import paired_crop_flip
from ptbasics.exercises.l10_transforms.randomshift import RandomShift
from ptbasics.exercises.l10_transforms.augment_batch import augment_batch
from ptbasics.exercises.l10_transforms.mixup import mixup
from ptbasics.exercises.l10_transforms.splittransforms import SplitTransforms
