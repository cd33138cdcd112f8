"""Answers to lesson 5: data sets, honest splits, and a classifier for real flowers."""
