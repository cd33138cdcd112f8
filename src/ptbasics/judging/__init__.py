"""From an implementation to a verdict: observing, comparing, rules, and how it is told."""
