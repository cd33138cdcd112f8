"""Who the students are, in nbgrader's gradebook: names, mail, LMS ids, and who has withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from nbgrader.api import Gradebook, Student

from ptbasics.grading.class_list import Person, read_ids
from ptbasics.grading.course import Course, CourseProblem
from ptbasics.grading.result import Graded
from ptbasics.judging.describe import one_line

#: The file beside the gradebook that marks students who have left: an id on each line.
WITHDRAWN = "withdrawn.txt"


@dataclass(frozen=True)
class Roster:
    """What the gradebook knows about people: names by id, and who has withdrawn."""

    names: Mapping[str, str] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()

    @classmethod
    def of(cls, course: Course) -> Roster:
        """The people of a course's gradebook; nobody where there is none yet."""
        withdrawn = _read_withdrawn(course.desk / WITHDRAWN)
        if not course.has_gradebook:
            return cls(withdrawn=withdrawn)
        with Gradebook(course.db_url, course.directory.course_id) as gradebook:
            names = {
                student.id: " ".join(filter(None, (student.first_name, student.last_name)))
                for student in gradebook.students
            }
        return cls({student: name for student, name in names.items() if name}, withdrawn)

    def introduce(self, graded: Iterable[Graded]) -> tuple[Graded, ...]:
        """Results with the names of people, and with those marked who have withdrawn."""
        return tuple(
            replace(
                result,
                full_name=self.names.get(result.student, ""),
                is_withdrawn=result.student in self.withdrawn,
            )
            for result in graded
        )


def import_people(course: Course, people: Iterable[Person], withdrawn: Iterable[str] = ()) -> None:
    """Put people into the gradebook, all or none. Doing so twice changes nothing.

    Nobody is removed, and a column that the list lacks stays as it is. Who is in the list is marked
    as it says; everybody else keeps their mark.

    Args:
        course: whose gradebook.
        people: what `read_class_list` gave.
        withdrawn: ids of more students who have left.

    Raises:
        CourseProblem: somebody in `withdrawn` is neither in the list nor in the gradebook.
    """
    people, leaving = list(people), set(withdrawn)
    with Gradebook(course.db_url, course.directory.course_id) as gradebook:
        known = {student.id: student for student in gradebook.students}
        if strangers := leaving - known.keys() - {person.id for person in people}:
            names = ", ".join(map(one_line, sorted(strangers)))
            raise CourseProblem(f"nobody is called {names}: neither the list nor the gradebook")
        for person in people:
            if person.id not in known:
                gradebook.db.add(Student(id=person.id, **person.columns))
                continue
            for column, text in person.columns.items():
                setattr(known[person.id], column, text)
        gradebook.db.commit()
    path = course.desk / WITHDRAWN
    marked = _read_withdrawn(path) - {person.id for person in people}
    marked |= leaving | {person.id for person in people if person.is_withdrawn}
    if marked or path.exists():
        path.write_text("".join(f"{student}\n" for student in sorted(marked)), encoding="utf-8")


def _read_withdrawn(path: Path) -> frozenset[str]:
    return frozenset(read_ids(path)) if path.is_file() else frozenset()
