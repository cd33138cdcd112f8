"""Answers to lesson 4: modules, losses, optimizers, and the loop that trains."""
