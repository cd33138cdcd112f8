"""Answers to lesson 3: autograd."""
