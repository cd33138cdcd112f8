"""Answers to lesson 1: tensors."""
