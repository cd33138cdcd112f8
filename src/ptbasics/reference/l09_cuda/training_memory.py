"""Answers: What does training need to remember?"""

from __future__ import annotations

from torch import nn

from ptbasics.exercise import alternative, misconception


def training_memory(model: nn.Module, states: int) -> tuple[int, int, int]:
    """The bytes that training a model keeps from step to step.

    Args:
        model: a module on any device; it has no buffers. Some of its parameters may be frozen
            (`requires_grad` is False), and some may be shared by several layers.
        states: how many tensors the optimizer keeps for each parameter that is trained, each of the
            size and dtype of the parameter: 0 for plain SGD, 1 with momentum, 2 for Adam.

    Returns:
        (parameters, gradients, states): the bytes of all parameters, of the gradients, and of the
        optimizer's tensors, as ints.
    """
    parameters = list(model.parameters())
    trained = sum(p.numel() * p.element_size() for p in parameters if p.requires_grad)
    return sum(p.numel() * p.element_size() for p in parameters), trained, states * trained


def _memory(parameters, states, trained=lambda p: p.requires_grad, size=lambda p: p.element_size()):
    everything = sum(p.numel() * size(p) for p in parameters)
    gradients = sum(p.numel() * size(p) for p in parameters if trained(p))
    return everything, gradients, states * gradients


@misconception("elements", hint="You counted elements. How many bytes does one of them have?")
def training_memory_elements(model, states):
    return _memory(list(model.parameters()), states, size=lambda p: 1)


@misconception(
    "no gradients",
    hint="The gradients are missing. Each parameter that is trained has one of its own size.",
)
def training_memory_no_gradients(model, states):
    parameters, _, kept = _memory(list(model.parameters()), states)
    return parameters, 0, kept


@misconception(
    "frozen counted",
    hint="A frozen parameter gets no gradient, and the optimizer keeps nothing for it.",
)
def training_memory_frozen(model, states):
    return _memory(list(model.parameters()), states, trained=lambda p: True)


@misconception(
    "frozen left out",
    hint="A frozen parameter is not trained, but it takes its place in memory all the same.",
)
def training_memory_frozen_left_out(model, states):
    return _memory([p for p in model.parameters() if p.requires_grad], states)


@misconception(
    "shared twice",
    hint="A weight that two layers share lies in memory once.",
)
def training_memory_shared_twice(model, states):
    return _memory([p for layer in model for p in layer.parameters()], states)


@misconception(
    "four bytes",
    hint="Not all elements have four bytes; it depends on the dtype.",
)
def training_memory_four_bytes(model, states):
    return _memory(list(model.parameters()), states, size=lambda p: 4)


@misconception(
    "state of all",
    hint="The optimizer keeps nothing for a parameter that is not trained.",
)
def training_memory_state_of_all(model, states):
    parameters, gradients, _ = _memory(list(model.parameters()), states)
    return parameters, gradients, states * parameters


@alternative
def training_memory_by_nbytes(model, states):
    sizes = [(p.nbytes, p.requires_grad) for p in model.parameters()]
    gradients = sum(size for size, trained in sizes if trained)
    return sum(size for size, _ in sizes), gradients, gradients * states


@alternative
def training_memory_by_loop(model, states):
    everything = trained = 0
    for _name, parameter in model.named_parameters():
        size = parameter.itemsize * parameter.shape.numel()
        everything += size
        if parameter.requires_grad:
            trained += size
    return everything, trained, trained * states


@alternative
def training_memory_by_identity(model, states):
    seen = {id(p): p for layer in model.modules() for p in layer.parameters(recurse=False)}
    frozen = sum(p.nbytes for p in seen.values() if not p.requires_grad)
    everything = sum(p.nbytes for p in seen.values())
    return everything, everything - frozen, (everything - frozen) * states
