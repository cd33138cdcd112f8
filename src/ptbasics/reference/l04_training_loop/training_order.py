"""Answers: Four steps in order."""

from __future__ import annotations

from ptbasics.exercise import alternative, misconception


def training_order(steps: list[str]) -> list[str]:
    """Put the steps of a training loop into an order that works.

    The steps, which a loop repeats for batch after batch:

    - `"backward"` adds the gradients of the last computed loss to every parameter's `.grad`
    - `"clip"` shortens the gradients that are too long
    - `"loss"` sends the batch through the model and computes the loss
    - `"step"` moves every parameter by what its `.grad` says
    - `"zero_grad"` clears every `.grad`

    Args:
        steps: some of these names in any order; only "clip" may be missing.

    Returns:
        A new list of the same names, each once, in an order in which the loop learns.
    """
    order = ["zero_grad", "loss", "backward", "clip", "step"]
    return [step for step in order if step in steps]


@misconception(
    "as given",
    hint="The steps were returned in the order in which they came.",
)
def training_order_as_given(steps):
    return list(steps)


def _ordered(steps: list[str], *order: str) -> list[str]:
    return [step for step in order if step in steps]


@misconception(
    "no zero_grad",
    hint="`zero_grad` is missing: the gradients of all earlier batches would pile up in `.grad`.",
)
def training_order_no_zero_grad(steps):
    return _ordered(steps, "loss", "backward", "clip", "step")


@misconception(
    "backward before loss",
    hint="`backward` goes through the graph that a loss has left behind. In the first round, "
    "there is none yet.",
)
def training_order_backward_first(steps):
    return _ordered(steps, "zero_grad", "backward", "loss", "clip", "step")


@misconception(
    "step before backward",
    hint="The optimizer moved before `.grad` held the gradients of this loss, and all older ones "
    "had been cleared: it had nothing to go by.",
)
def training_order_step_first(steps):
    return _ordered(steps, "zero_grad", "loss", "step", "backward", "clip")


@misconception(
    "old slopes",
    hint="The optimizer moved before `.grad` held the gradients of this loss. It went by those of "
    "the round before, and by none in the first.",
)
def training_order_old_slopes(steps):
    return _ordered(steps, "loss", "step", "zero_grad", "backward", "clip")


@misconception(
    "cleared too late",
    hint="The gradients were cleared between `backward` and `step`, so nothing is left to go by, "
    "and no parameter ever moves.",
)
def training_order_cleared_too_late(steps):
    return _ordered(steps, "loss", "backward", "clip", "zero_grad", "step")


@misconception(
    "clip too late",
    hint="Clipping after the step shortens gradients that have been used already.",
)
def training_order_clip_too_late(steps):
    return _ordered(steps, "zero_grad", "loss", "backward", "step", "clip")


@misconception(
    "clip too early",
    hint="Clipping before `backward` finds no gradients to shorten yet.",
)
def training_order_clip_too_early(steps):
    return _ordered(steps, "zero_grad", "loss", "clip", "backward", "step")


@misconception(
    "always five",
    hint="A step came back that was not among the names. Keep, of your order, only those that were "
    "given.",
)
def training_order_always_five(steps):
    return ["zero_grad", "loss", "backward", "clip", "step"]


@alternative
def order_by_sorting(steps):
    return sorted(steps, key=["zero_grad", "loss", "backward", "clip", "step"].index)


@alternative
def order_with_clearing_last(steps):
    return ["loss", "backward", *["clip"] * ("clip" in steps), "step", "zero_grad"]


@alternative
def order_with_clearing_in_between(steps):
    return [one for one in ("loss", "zero_grad", "backward", "clip", "step") if one in steps]


@alternative
def order_entered_at_step(steps):
    return [one for one in ("step", "zero_grad", "loss", "backward", "clip") if one in steps]


@alternative
def order_entered_at_clip(steps):
    return [one for one in ("clip", "step", "zero_grad", "loss", "backward") if one in steps]
