"""Blocks of a lesson: YAML in a fence, with an id and the keys of its kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from ptbasics.authoring.lesson import Refused


def block_refused(lesson: str, kind: str, text: str, reason: str) -> Refused:
    """What is wrong with a block, which is named by its first line."""
    return Refused(
        [f"{lesson}: the {kind} block `{text.strip().partition(chr(10))[0][:60]}` {reason}"]
    )


def read_block(
    lesson: str, kind: str, text: str, required: Sequence[str], optional: Sequence[str] = ()
) -> dict[str, Any]:
    """The keys of a block.

    Args:
        lesson: its id.
        kind: the word behind the fence.
        text: what stands in the fence.
        required: the keys that it must have, `id` among them.
        optional: the keys that it may have.

    Raises:
        Refused: it is no YAML, has other keys, or its id is not one.
    """
    try:
        block = yaml.safe_load(text)
    except yaml.YAMLError as error:
        reason = f"is no YAML: {' '.join(str(error).split())}"
        raise block_refused(lesson, kind, text, reason) from error
    if reason := _problem(block, required, optional):
        raise block_refused(lesson, kind, text, reason)
    read: dict[str, Any] = block
    return read


def _problem(block: Any, required: Sequence[str], optional: Sequence[str]) -> str:
    known = [*required, *optional]
    if not isinstance(block, dict):
        return f"must have the keys {', '.join(known)}"
    if missing := [key for key in required if not block.get(key)]:
        return f"has no {' and no '.join(missing)}"
    if unknown := block.keys() - set(known):
        return f"has {', '.join(sorted(map(str, unknown)))}, which means nothing here"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", str(block["id"])):
        return "needs an id of small letters, digits and hyphens"
    return ""
