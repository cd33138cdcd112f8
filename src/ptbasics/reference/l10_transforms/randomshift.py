"""Answers: A transform of your own."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from ptbasics.exercise import alternative, misconception
from ptbasics.vision import tv_tensors, v2


class RandomShift(v2.Transform):
    """Shift a picture by a few pixels, down or up, and to the right or to the left.

    What is pushed out at one edge is lost, and zeros come in at the other. Each of the two shifts
    is a whole number from `-most` to `most`, all of them equally likely and independent. They are
    drawn from torch's global generator, anew in each call. All images and masks of a call are
    shifted alike and keep their type; labels are passed on.
    """

    def __init__(self, most: int) -> None:
        """Take the longest shift, in pixels; 0 shifts nothing."""
        super().__init__()
        self.most = most

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        """What is drawn for one call. `flat_inputs` are all images, masks and labels in it."""
        down, right = torch.randint(-self.most, self.most + 1, (2,)).tolist()
        return {"down": down, "right": right}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        """One image or mask, shape (..., H, W), shifted by what was drawn; same shape and type."""
        height, width = inpt.shape[-2:]
        return v2.functional.crop(inpt, -params["down"], -params["right"], height, width)


@misconception(
    "drawn once",
    hint="Every call shifts by the same. What is drawn in `__init__` is drawn once for the whole "
    "life of the transform.",
)
class RandomShiftDrawnOnce(RandomShift):
    def __init__(self, most):
        super().__init__(most)
        self.params = RandomShift.make_params(self, [])

    def make_params(self, flat_inputs):
        return self.params


@misconception(
    "another generator",
    hint="After the same seed, other shifts were drawn. `torch.manual_seed` does not reach NumPy "
    "or `random`, so that nobody could repeat a run.",
)
class RandomShiftAnotherGenerator(RandomShift):
    def make_params(self, flat_inputs):
        down, right = np.random.randint(-self.most, self.most + 1, 2).tolist()
        return {"down": down, "right": right}


@misconception(
    "rolled",
    hint="What is pushed out at one edge comes in again at the opposite one. The ceiling of a "
    "room would end up below its floor.",
)
class RandomShiftRolled(RandomShift):
    def transform(self, inpt, params):
        moved = inpt.roll((params["down"], params["right"]), (-2, -1))
        return tv_tensors.wrap(moved, like=inpt)


@misconception(
    "plain tensors",
    hint="An `Image` went in and a plain tensor came out. The next transform cannot tell image "
    "and mask apart any more. Torch's own operations lose the type; v2's functionals keep "
    "it, and `tv_tensors.wrap` gives it back.",
)
class RandomShiftPlainTensors(RandomShift):
    def transform(self, inpt, params):
        return RandomShift.transform(self, inpt, params).as_subclass(torch.Tensor)


@misconception(
    "drawn apart",
    hint="Image and mask were shifted differently: the shifts were drawn for each of them. Which "
    "method is called once for both?",
)
class RandomShiftDrawnApart(RandomShift):
    def transform(self, inpt, params):
        return RandomShift.transform(self, inpt, RandomShift.make_params(self, []))


@misconception(
    "one direction",
    hint="All shifts are downward and to the right. Up and to the left are shifts below zero.",
)
class RandomShiftOneDirection(RandomShift):
    def make_params(self, flat_inputs):
        down, right = torch.randint(0, self.most + 1, (2,)).tolist()
        return {"down": down, "right": right}


@misconception(
    "longest missing",
    hint="The longest shift is drawn in one direction only: `torch.randint` leaves out its upper "
    "bound.",
)
class RandomShiftLongestMissing(RandomShift):
    def make_params(self, flat_inputs):
        down, right = torch.randint(-self.most, max(self.most, 1), (2,)).tolist()
        return {"down": down, "right": right}


@misconception(
    "diagonal",
    hint="Every shift is along the diagonal: one number was drawn where two are needed.",
)
class RandomShiftDiagonal(RandomShift):
    def make_params(self, flat_inputs):
        shift = int(torch.randint(-self.most, self.most + 1, ()))
        return {"down": shift, "right": shift}


@misconception(
    "edge repeated",
    hint="What comes in at the edge is not zero: the outermost pixels have been repeated.",
)
class RandomShiftEdgeRepeated(RandomShift):
    def transform(self, inpt, params):
        rows, columns = (torch.arange(length) for length in inpt.shape[-2:])
        rows = (rows - params["down"]).clamp(0, len(rows) - 1)
        columns = (columns - params["right"]).clamp(0, len(columns) - 1)
        return tv_tensors.wrap(inpt[..., rows[:, None], columns], like=inpt)


@alternative
class RandomShiftByAffine(v2.Transform):
    def __init__(self, most):
        super().__init__()
        self.most = most

    def make_params(self, flat_inputs):
        return {"translate": torch.randint(-self.most, self.most + 1, (2,)).tolist()}

    def transform(self, inpt, params):
        return v2.functional.affine(
            inpt, angle=0.0, translate=params["translate"], scale=1.0, shear=[0.0, 0.0]
        )


@alternative
class RandomShiftByPadding(v2.Transform):
    def __init__(self, most):
        super().__init__()
        self.most = most

    def make_params(self, flat_inputs):
        top, left = (int(torch.randint(0, 2 * self.most + 1, ())) for _ in range(2))
        return {"top": top, "left": left}

    def transform(self, inpt, params):
        height, width = inpt.shape[-2:]
        wide = F.pad(inpt.as_subclass(torch.Tensor), [self.most] * 4)
        top, left = params["top"], params["left"]
        return tv_tensors.wrap(wide[..., top : top + height, left : left + width], like=inpt)


@alternative
class RandomShiftByRollingAndBlanking(v2.Transform):
    def __init__(self, most):
        super().__init__()
        self.choices = torch.arange(-most, most + 1)

    def make_params(self, flat_inputs):
        drawn = self.choices[torch.randperm(len(self.choices))[:1]]
        other = self.choices[torch.randperm(len(self.choices))[:1]]
        return {-2: int(drawn), -1: int(other)}

    def transform(self, inpt, params):
        moved = inpt.as_subclass(torch.Tensor)
        for dim, shift in params.items():
            moved = moved.roll(shift, dim)
            start = 0 if shift >= 0 else moved.shape[dim] + shift
            moved.narrow(dim, start, abs(shift)).zero_()
        return tv_tensors.wrap(moved.clone(), like=inpt)


@alternative
def random_shift_by_random_crop(most):
    class Shift(torch.nn.Module):
        def forward(self, *sample):
            size = tuple(sample[0].shape[-2:])
            return v2.RandomCrop(size, padding=most)(*sample)

    return Shift()
