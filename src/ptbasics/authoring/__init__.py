"""From lesson sources and exercises to notebooks, checks of both, and the student's bundle."""
