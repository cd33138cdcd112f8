"""Answers to lesson 6: indices, samplers and batches."""
