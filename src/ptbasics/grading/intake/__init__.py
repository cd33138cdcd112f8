"""From whatever a student handed in to a canonical notebook."""
