"""Answers to lesson 7: collate functions."""
