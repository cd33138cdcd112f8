"""Answers of lesson 10."""
