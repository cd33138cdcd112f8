"""Feedback as mails: a file for each student, for any mailer to send. Nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime
from pathlib import Path

from ptbasics.grading.bridge.feedback import FeedbackPages
from ptbasics.grading.course import CourseProblem
from ptbasics.grading.exports.files import Exported, file_name, named
from ptbasics.grading.exports.graded_notebook import graded_notebook
from ptbasics.grading.exports.scores import ClassScores, LessonScore, Student
from ptbasics.grading.result import number


def write_mail(scores: ClassScores, folder: Path, sender: str) -> Exported:
    """Write `STUDENT.eml` for each student who handed in anything, with their feedback pages.

    The pages are written again before, so that they agree with the gradebook.

    Args:
        scores: whose mails.
        folder: where they go; made where it is missing.
        sender: the address that they come from.

    Raises:
        CourseProblem: the sender is no address.
    """
    by = _address("", sender)
    if by is None:
        raise CourseProblem(
            f"mails need the address of a sender, and not {sender!r}: --sender YOU@…"
        )
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    unreachable: list[Student] = []
    pageless: list[Student] = []
    _write_pages(scores)
    for student in scores.students:
        handed_in = scores.of(student)
        to = _address(student.name, student.email)
        if not handed_in:
            continue
        if to is None:
            unreachable.append(student)
            continue
        pages = {
            score.lesson.name: scores.course.feedback(student.id, score.lesson.name)
            / f"{score.lesson.name}.html"
            for score in handed_in
        }
        if not all(page.is_file() for page in pages.values()):
            pageless.append(student)
        message = _message(by, to, handed_in)
        for lesson, page in pages.items():
            if page.is_file():
                message.add_attachment(page.read_bytes(), "text", "html", filename=f"{lesson}.html")
        path = folder / f"{file_name(student.id)}.eml"
        path.write_bytes(message.as_bytes())
        files.append(path)
    problems = []
    if unreachable:
        problems.append(
            f"Without a mail, as the gradebook has no address of theirs: {named(unreachable)}; "
            "`ptbasics roster import` fills it in."
        )
    if pageless:
        problems.append(
            f"Without some feedback page in their mail: {named(pageless)}; "
            "`ptbasics grade LESSON` writes it."
        )
    return Exported(tuple(files), tuple(problems))


def _write_pages(scores: ClassScores) -> None:
    """Feedback pages of graded notebooks, as the gradebook says now; what fails has none."""
    with FeedbackPages(scores.course, workers=1) as pages:
        for lesson in scores.lessons:
            graded = [
                student.id
                for student in scores.students
                if graded_notebook(scores.course, student, lesson).is_file()
            ]
            pages.begin(lesson.name, graded).wait(lambda _: None)


def _address(name: str, address: str) -> Address | None:
    """A single address; None for what is none, or would reach somebody else, too."""
    try:
        return Address(name, addr_spec=address.strip())
    except (MessageError, ValueError, IndexError):
        return None


def _message(by: Address, to: Address, handed_in: Sequence[LessonScore]) -> EmailMessage:
    is_plain = (by.addr_spec + to.addr_spec).isascii()
    message = EmailMessage(policy=SMTP if is_plain else SMTP.clone(utf8=True))
    message["From"], message["To"] = by, to
    message["Date"] = format_datetime(localtime())
    message["Subject"] = f"Your points: {', '.join(score.lesson.title for score in handed_in)}"
    message["X-Unsent"] = "1"  # mailers that know it open the file as a draft
    lines = ["Your points, with the feedback attached.", ""]
    for score in handed_in:
        so_far = " so far" * score.waits
        total, best = number(score.total), number(score.lesson.max_score)
        lines.append(f"{score.lesson.title}: {total} of {best} points{so_far}")
        lines += [f"  - {remark}" for remark in score.remarks]
    message.set_content("\n".join(lines) + "\n")
    return message
