"""Answers to lesson 2: operations."""
