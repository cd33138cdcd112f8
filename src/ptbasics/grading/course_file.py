"""`course.toml`: what an instructor decides about a course, beside `nbgrader_config.py`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, field, fields
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)
from pydantic.dataclasses import dataclass
from pydantic_core import ErrorDetails

from ptbasics.registry import exercises, lessons
from ptbasics.runner import Limits

NAME = "course.toml"
Level = Literal["none", "partial", "full"]

#: Unknown keys are refused, in every table.
_STRICT = ConfigDict(extra="forbid")
_DAY = 86_400


class InvalidCourseFile(Exception):
    """The file cannot be used; the message has a line for each mistake, and the way out."""


def _one_of(names: tuple[str, ...], kind: str, name: str) -> str:
    if name not in names:
        raise ValueError(f"there is no such {kind}{_instead(name, names)}")
    return name


def _instead(name: str, names: tuple[str, ...]) -> str:
    """The way out of a name that does not exist."""
    near = get_close_matches(name, names, 1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(names)}"


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such file, no such path, a folder
        raise ValueError("there is no such timezone; give one such as Europe/Berlin") from None
    return name


def _moment(of_day: time) -> BeforeValidator:
    """A date and time as it is given, and of a date alone this time of its day."""

    def moment(value: object) -> object:
        if isinstance(value, date) and not isinstance(value, datetime):
            return datetime.combine(value, of_day)
        if not isinstance(value, datetime):
            raise ValueError("give a date, 2027-03-01, or a date and time, 2027-03-01 18:00:00")
        return value

    return BeforeValidator(moment)


def _positive(limits: Limits) -> Limits:
    if refused := [name for name, limit in asdict(limits).items() if limit <= 0]:
        raise ValueError(f"{', '.join(refused)} must be more than 0")
    return limits


_Number = Annotated[float, Field(ge=0, strict=True, allow_inf_nan=False)]
_Fraction = Annotated[float, Field(ge=0, le=1, strict=True)]
_Until = Annotated[datetime, _moment(time(23, 59, 59))]
_From = Annotated[datetime, _moment(time.min)]
_Days = dict[str, _Number]
_LessonName = Annotated[str, AfterValidator(lambda name: _one_of(lessons(), "lesson", name))]


@dataclass(frozen=True, config=_STRICT)
class LatePolicy:
    """What handing in late costs.

    Attributes:
        per_day: the fraction of the points reached that each day, once begun, takes.
        grace_hours: how much later than the due time is not late yet.
        cap: the largest fraction that is taken.
    """

    per_day: _Fraction
    grace_hours: _Number = 0
    cap: _Fraction = 1

    def fraction(self, seconds_late: float) -> float:
        """The fraction of the points reached that is taken.

        Args:
            seconds_late: how long after the due time, extensions included, it was handed in.
        """
        if seconds_late <= self.grace_hours * 3600:
            return 0.0
        return min(self.cap, self.per_day * ceil(seconds_late / _DAY))


@dataclass(frozen=True, config=_STRICT)
class LessonPlan:
    """One lesson as this course uses it.

    Attributes:
        due: when it is to be handed in, in the course's timezone where it names none.
        points: exercise → what it is worth here, in place of the exercise's own points.
        extensions: student → days, in place of what they have in every lesson.
    """

    due: _Until | None = None
    points: dict[str, Annotated[int, Field(ge=1, strict=True)]] = field(default_factory=dict)
    extensions: _Days = field(default_factory=dict)


@dataclass(frozen=True, config=_STRICT)
class CourseFile:
    """What `course.toml` says; where there is none, what holds without it.

    Attributes:
        title: what the course is called.
        timezone: that of times which name none, such as `Europe/Berlin`.
        lessons: the lessons in use; all of the course's where the file names none.
        late: what handing in late costs; nothing where it is not given.
        extensions: student → days that they have longer in every lesson.
        references_from: the moment from which reference solutions may be given out.
        limits: what one submission may use.
        isolation: the level below which nothing is graded.
    """

    title: str = ""
    timezone: Annotated[str, AfterValidator(_known_timezone)] = "UTC"
    lessons: dict[_LessonName, LessonPlan] = field(default_factory=dict)
    late: LatePolicy | None = None
    extensions: _Days = field(default_factory=dict)
    references_from: _From | None = None
    limits: Annotated[Limits, AfterValidator(_positive)] = field(default_factory=Limits)
    isolation: Level = "none"

    @property
    def in_use(self) -> tuple[str, ...]:
        """The lessons in use, in teaching order."""
        return tuple(lesson for lesson in lessons() if lesson in self.lessons or not self.lessons)

    def plan(self, lesson: str) -> LessonPlan:
        """How the course uses a lesson."""
        return self.lessons.get(lesson) or LessonPlan()

    def due(self, lesson: str) -> datetime | None:
        """When a lesson is due for those without an extension, in UTC; None where nobody says."""
        return self._in_utc(self.plan(lesson).due)

    def extension(self, lesson: str, student: str) -> timedelta:
        """How much longer a student has for a lesson."""
        days = self.plan(lesson).extensions.get(student, self.extensions.get(student, 0))
        return timedelta(days=days)

    def references_are_early(self, now: datetime) -> str:
        """Why reference solutions are not to be given out at a moment; "" where they may be.

        Args:
            now: with a timezone.
        """
        moment = self._in_utc(self.references_from)
        if moment is None or now >= moment:
            return ""
        until = moment.astimezone(ZoneInfo(self.timezone))
        return (
            f"{NAME} gives reference solutions out from {until:%Y-%m-%d %H:%M} ({self.timezone}): "
            "wait, or change references_from there"
        )

    def _in_utc(self, moment: datetime | None) -> datetime | None:
        if moment is None:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(self.timezone))
        return moment.astimezone(UTC)


_SCHEMA = TypeAdapter(CourseFile)


def read_course_file(root: Path) -> CourseFile:
    """What `course.toml` in a course's folder says; the defaults where there is no such file.

    Raises:
        InvalidCourseFile: it cannot be read, or says what no course can be.
    """
    path = root / NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return CourseFile()
    except OSError as error:
        raise InvalidCourseFile(f"{path} cannot be read: {error.strerror}") from None
    try:
        return parse_course_file(content.decode())
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidCourseFile(f"{path}:{line}: this is not UTF-8: save it so") from None
    except InvalidCourseFile as error:
        mistakes = str(error).splitlines()
        raise InvalidCourseFile("\n".join(f"{path}:{mistake}" for mistake in mistakes)) from None


@lru_cache(maxsize=8)  # nbgrader's steps ask once for each submission
def parse_course_file(text: str) -> CourseFile:
    """What the text of a course file says.

    Raises:
        InvalidCourseFile: a line of its message for each mistake, `LINE: KEY: what to do`.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        line = at[1] if at else text.count("\n") + 1
        reason = str(error).removesuffix(at[0]) if at else str(error)
        raise InvalidCourseFile(f"{line}: this is not TOML: {reason}") from None
    try:
        course = _SCHEMA.validate_python(content)
    except ValidationError as errors:
        mistakes = [_mistake(error) for error in errors.errors(include_url=False)]
    else:
        mistakes = list(_unknown_exercises(course))
    if mistakes:
        lines = dict(_lines(text))
        told = sorted((_line(key, lines), ".".join(key), said) for key, said in mistakes)
        raise InvalidCourseFile("\n".join(f"{line}: {key}: {said}" for line, key, said in told))
    return course


_Key = tuple[str, ...]


def _unknown_exercises(course: CourseFile) -> Iterator[tuple[_Key, str]]:
    for lesson, plan in course.lessons.items():
        symbols = tuple(exercise.symbol for exercise in exercises(lesson))
        for symbol in sorted(plan.points.keys() - set(symbols)):
            told = f"the lesson has no such exercise{_instead(symbol, symbols)}"
            yield ("lessons", lesson, "points", symbol), told


def _mistake(error: ErrorDetails) -> tuple[_Key, str]:
    """The key that an error is about, and what to do."""
    key = tuple(str(part) for part in error["loc"] if part != "[key]")
    match error["type"]:
        case "unexpected_keyword_argument":
            names = tuple(field.name for field in fields(_table_of(key[:-1])))
            return key, f"there is no such key{_instead(key[-1], names)}"
        case "missing":
            return key, "this is missing: give it, or remove the table"
        case "value_error":
            return key, str(error["ctx"]["error"])
        case "dataclass_type" | "dict_type":
            return key, f"this is a table: write [{'.'.join(key)}], and its keys below"
    wanted = error["msg"].removeprefix("Input should be ")
    return key, f"this must be {wanted}, not {error['input']!r}"


def _table_of(key: _Key) -> type[Any]:
    match key:
        case ("lessons", _):
            return LessonPlan
        case ("late",):
            return LatePolicy
        case ("limits",):
            return Limits
    return CourseFile


def _line(key: _Key, lines: Mapping[_Key, int]) -> int:
    """The line of a key, or of the table that lacks it."""
    while key and key not in lines:
        key = key[:-1]
    return lines.get(key, 1)


def _lines(text: str) -> Iterator[tuple[_Key, int]]:
    """Each key of a valid TOML text, and the line on which its statement begins.

    The shortest run of lines that is TOML by itself is one statement.
    """
    table: _Key = ()
    begun, statement = 1, ""
    for number, line in enumerate(text.split("\n"), start=1):
        statement += f"{line}\n"
        try:
            content = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        is_header = statement.lstrip().startswith("[")
        keys = list(_keys(content))
        if is_header:
            table = keys[-1]
        yield from ((key if is_header else (*table, *key), begun) for key in keys)
        begun, statement = number + 1, ""


def _keys(content: Mapping[str, Any], above: _Key = ()) -> Iterator[_Key]:
    for name, value in content.items():
        yield (*above, name)
        if isinstance(value, dict):
            yield from _keys(value, (*above, name))
