"""The exercises, one module a lesson: points, cases, what to observe, and hints."""
