"""Exercises of lesson 7: from a list of samples to a batch."""

from ptbasics.exercises.l07_dataloader_collate.transpose_samples import transpose_samples
from ptbasics.exercises.l07_dataloader_collate.collate_houses import collate_houses
from ptbasics.exercises.l07_dataloader_collate.collate_nested import collate_nested
from ptbasics.exercises.l07_dataloader_collate.pad_collate import pad_collate
from ptbasics.exercises.l07_dataloader_collate.collate_tagged import collate_tagged
from ptbasics.exercises.l07_dataloader_collate.collate_images import collate_images
from ptbasics.exercises.l07_dataloader_collate.drop_broken import drop_broken
from ptbasics.exercises.l07_dataloader_collate.archivedataset import ArchiveDataset
from ptbasics.exercises.l07_dataloader_collate.padcollate import PadCollate
