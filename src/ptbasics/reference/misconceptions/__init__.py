"""The known wrong answers, one module a lesson. Never given to students."""
