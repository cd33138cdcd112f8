"""Answers: A random generator for each worker."""

from __future__ import annotations

import random

import numpy as np
import torch
from torch.utils.data import get_worker_info

from ptbasics.exercise import alternative, misconception


def give_own_rng(worker_id: int) -> None:
    """A `worker_init_fn`: give this worker's dataset a NumPy generator of its own, as `rng`.

    The dataset has an attribute `rng`, a `numpy.random.Generator` that was made in the main
    process; here it is replaced. The numbers that come out of it must be others in each worker and
    in each epoch, and the same again whenever the loader gets a `generator` with the same seed.

    Args:
        worker_id: the number of this worker; torch hands it over.
    """
    info = get_worker_info()
    info.dataset.rng = np.random.default_rng(info.seed)


@misconception(
    "one seed",
    hint="Every worker got the same seed, so all photos come with the same noise twice.",
)
def give_own_rng_one_seed(worker_id: int) -> None:
    get_worker_info().dataset.rng = np.random.default_rng(42)


@misconception(
    "worker number",
    hint="Workers differ now, but every epoch repeats the noise of the first, and the seed of the "
    "loader's generator has no say. A worker's number is not enough.",
)
def give_own_rng_worker_number(worker_id: int) -> None:
    get_worker_info().dataset.rng = np.random.default_rng(1000 + worker_id)


@misconception("worker number")
def give_own_rng_worker_number_alone(worker_id: int) -> None:
    get_worker_info().dataset.rng = np.random.default_rng(worker_id)


@misconception(
    "fresh",
    hint="Without a seed, NumPy asks the operating system: no run can ever be repeated.",
)
def give_own_rng_fresh(worker_id: int) -> None:
    get_worker_info().dataset.rng = np.random.default_rng()


@misconception(
    "global",
    hint="The dataset still draws from the copied `rng`, which is the same in all workers. "
    "Seeding NumPy's global generator, or making a new one that the dataset does not get, changes "
    "nothing about that.",
)
def give_own_rng_global(worker_id: int) -> None:
    np.random.seed(get_worker_info().seed % 2**32)


@misconception(
    "old style",
    hint="NumPy has two kinds of random generators. A `RandomState` is the older one and lacks "
    "methods, such as `integers`; the dataset wants a `Generator`.",
)
def give_own_rng_old_style(worker_id: int) -> None:
    info = get_worker_info()
    info.dataset.rng = np.random.RandomState(info.seed % 2**32)


@alternative
def own_rng_from_torch_seed(worker_id):
    get_worker_info().dataset.rng = np.random.default_rng([worker_id, torch.initial_seed()])


@alternative
def own_rng_from_python_random(worker_id):
    get_worker_info().dataset.rng = np.random.default_rng(random.getrandbits(64))
