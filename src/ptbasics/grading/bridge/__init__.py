"""nbgrader's side: its gradebook, graded notebooks and feedback pages."""
