"""The answers, one module a lesson: references and misconceptions. Never given to students."""
