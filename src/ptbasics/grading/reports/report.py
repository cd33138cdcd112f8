"""The class report: one HTML file with plots and a table, for whoever teaches the class."""

from __future__ import annotations

import os
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from statistics import mean, median
from urllib.parse import quote

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from ptbasics.grading.reports.misconceptions import misconceptions_held
from ptbasics.grading.reports.plots import exercise_plot, misconception_plot, score_plot, time_plot
from ptbasics.grading.reports.profile import slowest_cells, slowest_submissions
from ptbasics.grading.result import BatchResult, number
from ptbasics.judging.display import inline_html
from ptbasics.registry import exercises
from ptbasics.viz.style import Picture
from ptbasics.webpage import STYLE


def write_report(batch: BatchResult, path: Path) -> Path:
    """Write the report of a graded lesson to an HTML file that needs no other file."""
    environment = Environment(
        loader=PackageLoader("ptbasics.grading.reports"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    environment.filters["prose"] = lambda text: Markup(inline_html(text))
    asked = exercises(batch.lesson)
    here = tuple(graded for graded in batch.graded if not graded.is_withdrawn)
    counted = replace(batch, graded=here or batch.graded)
    held = misconceptions_held(counted, asked)
    page = environment.get_template("report.html.j2").render(
        style=Markup(STYLE),
        batch=batch,
        exercises=asked,
        worth={verdict.exercise: verdict.max_points for verdict in batch.graded[0].result.verdicts},
        facts=_facts(counted),
        left=len(here) < len(batch.graded),
        held=held,
        slowest_submissions=slowest_submissions(batch),
        slowest_cells=slowest_cells(batch),
        pages=_feedback_pages(batch, path.parent),
        plots={
            "Scores": _embedded(score_plot(counted)),
            "Exercises": _embedded(exercise_plot(counted, asked)),
            "Misconceptions": _embedded(misconception_plot(held)),
            "Time to run a submission": _embedded(time_plot(counted)),
        },
    )
    path.write_text(page, encoding="utf-8")
    return path


def _facts(batch: BatchResult) -> list[tuple[str, str]]:
    """Short labels and their numbers, for the top of the page."""
    results = [graded.result for graded in batch.graded]
    statuses = Counter(result.status for result in results)
    best = results[0].max_points
    points = [result.points for result in results]
    return [
        ("submissions", str(len(results))),
        ("mean", f"{number(mean(points))} of {best}"),
        ("median", f"{number(median(points))} of {best}"),
        ("perfect", str(statuses["perfect"])),
        ("no points", str(statuses["no points"])),
        ("unreadable", str(statuses["unreadable"])),
        ("grader's problems", str(len(batch.problems))),
    ]


def _feedback_pages(batch: BatchResult, folder: Path) -> dict[str, str]:
    """Student → feedback page, relative to the folder of the report, where there is one."""
    if "feedback" not in batch.files:
        return {}
    return {
        graded.student: quote(os.fsencode(os.path.relpath(page, folder)))
        for graded in batch.graded
        if (page := batch.feedback_page(graded.student)).is_file()
    }


def _embedded(figure: Picture) -> Markup:
    stream = BytesIO()
    figure.savefig(stream, format="png", dpi=130)
    source = f"data:image/png;base64,{b64encode(stream.getvalue()).decode()}"
    return Markup('<img class="ptbasics-picture" alt="{}" src="{}">').format(figure.alt, source)
