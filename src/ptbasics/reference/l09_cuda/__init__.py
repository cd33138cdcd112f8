"""Answers to lesson 9, a file per exercise."""
