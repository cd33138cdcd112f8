"""Answers to lesson 8: the workers of a DataLoader."""
