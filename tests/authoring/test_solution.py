"""How a reference becomes a solution cell."""

from __future__ import annotations

from textwrap import dedent

import pytest

from ptbasics.authoring.lesson import Refused
from ptbasics.authoring.solution import answers, mark_solution


def marked(source: str, symbol: str) -> str:
    return mark_solution(dedent(source), symbol)


def test_a_function_keeps_decorators_signature_docstring_and_comments() -> None:
    source = '''
        import torch

        @torch.no_grad()
        def scale(
            x: torch.Tensor,  # any shape
            factor: float = 2.0,
        ) -> torch.Tensor:
            """Scale.

            Args:
                x: any shape.
            """

            # multiply
            result = (
                x   *  factor
            )
            return result
            # that was all


        def other(): ...
    '''
    assert marked(source, "scale") == dedent(
        '''\
        @torch.no_grad()
        def scale(
            x: torch.Tensor,  # any shape
            factor: float = 2.0,
        ) -> torch.Tensor:
            """Scale.

            Args:
                x: any shape.
            """
            ### BEGIN SOLUTION
            # multiply
            result = (
                x   *  factor
            )
            return result
            # that was all
            ### END SOLUTION'''
    )


def test_a_function_without_docstring_hides_leading_comments_too() -> None:
    source = """
        def twice(x):
            # add it to itself
            return x + x
    """
    assert marked(source, "twice") == dedent(
        """\
        def twice(x):
            ### BEGIN SOLUTION
            # add it to itself
            return x + x
            ### END SOLUTION"""
    )


def test_a_class_hides_the_bodies_of_methods_and_its_helpers_entirely() -> None:
    source = '''
        class Grades(Dataset):
            """Grades of a class."""

            passing = 4.0

            def __init__(self, table):
                """Keep the table."""
                super().__init__()
                self.table = table

            @property
            def mean(self) -> float:
                """The mean grade."""
                return self._total() / len(self)

            # adds up
            def _total(self):
                """Secret."""
                return sum(self.table)

            @staticmethod
            def _unused(): ...

            # how many
            def __len__(self):
                return len(self.table)
    '''
    assert marked(source, "Grades") == dedent(
        '''\
        class Grades(Dataset):
            """Grades of a class."""

            passing = 4.0

            def __init__(self, table):
                """Keep the table."""
                ### BEGIN SOLUTION
                super().__init__()
                self.table = table
                ### END SOLUTION

            @property
            def mean(self) -> float:
                """The mean grade."""
                ### BEGIN SOLUTION
                return self._total() / len(self)

            # adds up
            def _total(self):
                """Secret."""
                return sum(self.table)

            @staticmethod
            def _unused(): ...
                ### END SOLUTION

            # how many
            def __len__(self):
                ### BEGIN SOLUTION
                return len(self.table)
                ### END SOLUTION'''
    )


def test_helpers_above_the_first_visible_method_move_into_its_answer() -> None:
    source = """
        class Counter:
            def _step(self):
                return 1

            def next(self, n):
                return n + self._step()
    """
    assert marked(source, "Counter") == dedent(
        """\
        class Counter:

            def next(self, n):
                ### BEGIN SOLUTION
                return n + self._step()

            def _step(self):
                return 1
                ### END SOLUTION"""
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f(x): return x", "lines of its own"),
        ("f = lambda x: x", "must be a function or class"),
        ('def f(x):\n    """Only words."""', "no body to hide"),
        ("class f:\n    def _g(self):\n        return 1", "no method"),
        ("class f:\n    def g(self):\n        return 1\n    size = 3", "above the methods"),
    ],
)
def test_refuses_what_it_cannot_hide(source: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        mark_solution(source, "f")


def test_answers_are_the_hidden_statements_of_each_function() -> None:
    cell = marked(
        '''
        class Pair:
            """Two."""

            def swap(self, a, b):
                """Swap."""
                return self._back(b, a)

            def _back(self, a, b):
                return a, b
        ''',
        "Pair",
    )
    assert [(function.name, len(body)) for function, body in answers(cell)] == [
        ("swap", 1),
        ("_back", 1),
    ]
