"""Answers of lesson 11."""
