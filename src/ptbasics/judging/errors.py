"""What well-known messages of Python and PyTorch mean, in the words of a beginner's course."""

from __future__ import annotations

import re

from ptbasics.judging.codec import Raised

#: Pattern of a message → what it means. `{0}`, `{1}` … are the pattern's groups.
_MEANINGS: dict[str, str] = {
    # autograd
    r"grad can be implicitly created only for scalar": "`backward()` starts from a single number, "
    "and was called on a tensor with several: is a `sum()` or a `mean()` missing?",
    r"does not require grad and does not have a grad_fn": "`backward()` found no graph: nothing in "
    "the calculation requires a gradient, or the way to it was cut (`detach()`, `item()`, "
    "`torch.tensor(...)` of a result, `torch.no_grad()`).",
    r"backward through the graph a second time": "`backward()` ran twice through the same graph, "
    "which it frees the first time. Calculate the result again, from the parameters on.",
    r"leaf Variable that requires grad is being used in an in-place": "A tensor that requires a "
    "gradient was changed in place while operations are recorded. Update it under "
    "`torch.no_grad()`.",
    r"modified by an inplace operation": "A tensor that the backward pass still needs was changed "
    "in place. Make a new tensor there.",
    r"Can't call numpy\(\) on Tensor that requires grad": "NumPy knows no gradients: `detach()` "
    "the tensor before it becomes an array.",
    r"Only Tensors of floating point and complex dtype can require": "Only floating-point tensors "
    "can require gradients; this one holds whole numbers.",
    r"can't optimize a non-leaf Tensor": "An optimizer takes the parameters themselves, and was "
    "given a result that was calculated from them.",
    r"optimizer got an empty parameter list": "The optimizer was given no parameters. Does the "
    "model register its layers? (A plain list of layers hides them.)",
    # shapes
    r"mat1 and mat2 shapes cannot be multiplied \((\w+) and (\w+)\)": "A matrix product of shapes "
    "{0} and {1}: the number of columns of the first must be the number of rows of the second.",
    r"size mismatch, got input \(\d+\), mat \((\w+)\), vec \((\d+)\)": "A matrix of shape {0} "
    "meets a vector of {1} elements: the vector needs one element per column.",
    r"Expected size for first two dimensions of batch2": "Two batches of matrices do not fit: the "
    "matrices of the first need as many columns as those of the second have rows.",
    r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)[^\d]*(\d+)": "Lengths "
    "{0} and {1} meet in dimension {2}. Broadcasting allows only equal lengths, or a 1.",
    r"view size is not compatible": "`view` cannot give this memory layout the new shape, as after "
    "a transpose. `reshape` copies where it must.",
    r"shape '(\[.*?\])' is invalid for input of size (\d+)": "{1} elements cannot have the shape "
    "{0}: the product of its lengths is another number.",
    r"Dimension out of range .* got (-?\d+)": "There is no dimension {0}: the tensor has fewer.",
    r"index (-?\d+) is out of bounds for dimension (\d+) with size (\d+)": "Index {0} is outside "
    "dimension {1}, which has length {2} and so the indices 0 to length - 1.",
    r"too many indices for tensor of dimension (\d+)": "There are more indices than the tensor has "
    "dimensions ({0}).",
    r"The shape of the mask (\[.*?\]) at index \d+ does not match .* (\[.*?\])": "A mask of shape "
    "{0} does not fit a tensor of shape {1}: each element of a mask keeps or drops one.",
    r"stack expects each tensor to be equal size, but got (\[.*?\]) .* (\[.*?\])": "Tensors of "
    "different shapes, {0} and {1}, cannot be stacked.",
    r"Index tensor must have the same number of dimensions": "`gather` wants an index with as many "
    "dimensions as the tensor that it picks from.",
    r"len\(\) of a 0-d tensor|iteration over a 0-d tensor": "A tensor without dimensions holds a "
    "single number: it has no length and cannot be looped over.",
    # dtypes
    r"mat1 and mat2 must have the same dtype, but got (\w+) and (\w+)|"
    r"expected m1 and m2 to have the same dtype, but got: (\w+) != (\w+)": "Two dtypes meet in a "
    "matrix product ({0} and {1}): convert one of them.",
    r"could not infer output dtype.*Got: (\w+)": "A mean of whole numbers ({0}) has no dtype of "
    "its own: convert to floating point first.",
    r"result type (\w+) can't be cast to the desired output type (\w+)": "A {0} result does not "
    "fit into a {1} tensor: convert one of the operands first.",
    r"expected target dtype to be Long or Byte, but got (\w+)": "Class labels are whole numbers "
    "(`int64`); these are {0}.",
    r"tensors used as indices must be|Expected dtype int32/int64 for index": "Indices are whole "
    "numbers (`int64`) or a mask of bools.",
    r"Target (-?\d+) is out of bounds": "The label {0} names a class that the scores have no "
    "column for.",
    r"multi-target not supported": "Labels are one number per sample: shape `(N,)`, not `(N, 1)`.",
    r"two bool tensors is not supported": "Bools cannot be subtracted: convert them, or combine "
    "them with `&`, `|`, `^`, `~`.",
    # one number wanted
    r"Boolean value of Tensor with more than one value": "`if`, `and`, `or` and `not` want one "
    "truth value, and the tensor holds several: use `.any()`, `.all()`, or `&` and `|`.",
    r"cannot be converted to Scalar|only one element tensors can be converted": "Only a tensor "
    "with a single element can become a Python number.",
    # modules and data
    r"before Module\.__init__\(\) call": "`__init__` has to call `super().__init__()` before it "
    "sets layers or parameters.",
    r'missing the required "forward" function': "The module has no `forward`: it must be defined "
    "in the class, with this name, one level in.",
    r"cannot assign .* as parameter": "A parameter was replaced by a plain tensor: wrap it in "
    "`nn.Parameter`, or change its values under `torch.no_grad()`.",
    r"found <class '(\w+)'>": "The batch holds a {0}, which `default_collate` cannot put into a "
    "tensor. What does the dataset return for this index?",
    r"(?s)Error\(s\) in loading state_dict.*(size mismatch|key\(s\) in state_dict)": "The saved "
    "names or shapes are not those of this model.",
    r"(?s)Error\(s\) in loading state_dict": "The names and shapes fit, and a tensor could not be "
    "copied: is the model on a device that holds numbers?",
    # Python
    r"'NoneType' object": "`None` was used as if it were a value: something returned nothing. Is a "
    "`return` missing? (Methods that change a list in place return `None`, too.)",
    r"takes (\d+) positional arguments? but (\d+) (?:was|were) given": "The function was called "
    "with {1} arguments and takes {0}. A method's own `self` counts.",
    r"missing \d+ required positional arguments?: (.*)": "The function was called without {0}: "
    "compare your parameters with the signature that was given.",
    r"got an unexpected keyword argument '(\w+)'": "There is no parameter called `{0}`: compare "
    "your parameters with the signature that was given.",
    r"name '(\w+)' is not defined": "`{0}` is not defined where it is used: a typing mistake, or "
    "a missing import or cell?",
    r"'(\w+)' object has no attribute '(\w+)'": "A value of type `{0}` has no `.{1}`: is it what "
    "you take it for? `print(type(...))` tells.",
    r"unsupported operand type\(s\) for (\S+): '(\w+)' and '(\w+)'": "`{0}` does not work between "
    "`{1}` and `{2}`: convert one of them.",
    r"could not convert string to float: '(.*?)'|invalid literal for int\(\) .*: '(.*?)'": "The "
    "text “{0}” is no number. Which line and which part of it was read there: a header, an empty "
    "line, the end of a line?",
    r"inconsistent numbers of samples: \[(\d+), (\d+)\]": "Two lists that belong together have {0} "
    "and {1} entries: each row needs its own label, and nothing else may be there.",
    r"too many values to unpack|not enough values to unpack": "The number of names on the left "
    "differs from the number of values on the right.",
}
#: The same, compiled; the first pattern that is found in a message counts.
PATTERNS = [(re.compile(pattern, re.DOTALL), text) for pattern, text in _MEANINGS.items()]
#: Longer messages are cut before they are searched.
_MAX_MESSAGE = 2_000


def meaning_of(error: Raised) -> str:
    """What the message of an exception means, as Markdown; "" where it is not a well-known one."""
    message = error.text[:_MAX_MESSAGE]
    for pattern, meaning in PATTERNS:
        if match := pattern.search(message):
            groups = [group.rstrip(".") for group in match.groups() if group is not None]
            return meaning.format(*groups)
    return ""
