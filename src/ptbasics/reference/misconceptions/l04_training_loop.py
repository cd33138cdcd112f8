"""What goes wrong in lesson 4: the known wrong answers."""

# Wrong on purpose, and written as a student writes.
# mypy: disable-error-code="assignment,no-untyped-def"

from __future__ import annotations

from io import BytesIO

import torch
import torch.nn.functional as F
from torch import nn

from ptbasics.exercise import misconception
from ptbasics.reference.l04_training_loop import MLP, clip_gradients


class _CalibrationBase(nn.Module):
    def forward(self, readings):
        return (readings - self.mean) / self.std * self.gain + self.offset


@misconception("Calibration", "tensor for parameter")
class CalibrationTensorForParameter(_CalibrationBase):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.gain = torch.ones_like(mean, requires_grad=True)
        self.offset = torch.zeros_like(mean, requires_grad=True)


@misconception("Calibration", "tensor for buffer")
class CalibrationTensorForBuffer(_CalibrationBase):
    def __init__(self, mean, std):
        super().__init__()
        self.mean, self.std = mean, std
        self.gain = nn.Parameter(torch.ones_like(mean))
        self.offset = nn.Parameter(torch.zeros_like(mean))


@misconception("Calibration", "all learned")
class CalibrationAllLearned(_CalibrationBase):
    def __init__(self, mean, std):
        super().__init__()
        self.mean, self.std = nn.Parameter(mean), nn.Parameter(std)
        self.gain = nn.Parameter(torch.ones_like(mean))
        self.offset = nn.Parameter(torch.zeros_like(mean))


@misconception("Calibration", "not to be learned")
class CalibrationNotToBeLearned(_CalibrationBase):
    def __init__(self, mean, std):
        super().__init__()
        self.mean = nn.Parameter(mean, requires_grad=False)
        self.std = nn.Parameter(std, requires_grad=False)
        self.gain = nn.Parameter(torch.ones_like(mean))
        self.offset = nn.Parameter(torch.zeros_like(mean))


@misconception("Calibration", "no super")
class CalibrationNoSuper(_CalibrationBase):
    def __init__(self, mean, std):
        self.gain = nn.Parameter(torch.ones_like(mean))


@misconception("Calibration", "one gain")
class CalibrationOneGain(_CalibrationBase):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.gain = nn.Parameter(torch.ones(1))
        self.offset = nn.Parameter(torch.zeros(1))


class _LinearBase(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.make(in_features, out_features, bias, in_features**-0.5)

    def make(self, in_features, out_features, bias, bound):
        self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(out_features).uniform_(-bound, bound))
        if not bias:
            self.bias = None

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)


@misconception("LinearLayer", "transposed")
class LinearTransposed(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        self.weight = nn.Parameter(self.weight.detach().T.clone())

    def forward(self, x):
        return x @ self.weight + (0 if self.bias is None else self.bias)


@misconception("LinearLayer", "zeros")
class LinearZeros(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, 0.0)


@misconception("LinearLayer", "normal")
class LinearNormal(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / in_features**0.5)


@misconception("LinearLayer", "zero bias")
class LinearZeroBias(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        if bias:
            nn.init.zeros_(self.bias)


@misconception("LinearLayer", "too wide")
class LinearTooWide(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        nn.init.kaiming_uniform_(self.weight)


@misconception("LinearLayer", "half the interval")
class LinearHalf(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        self.weight = nn.Parameter(torch.rand(out_features, in_features) * bound)


@misconception("LinearLayer", "bound by outputs")
class LinearByOutputs(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, out_features**-0.5)


@misconception("LinearLayer", "always a bias")
class LinearAlwaysBias(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, True, bound)


@misconception("LinearLayer", "zeros for no bias")
class LinearZerosForNoBias(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        if not bias:
            del self.bias
            self.bias = torch.zeros(out_features)


@misconception("LinearLayer", "bias missing")
class LinearBiasMissing(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        super().make(in_features, out_features, bias, bound)
        self.has_bias = bias
        if not bias:
            del self.bias

    def forward(self, x):
        return F.linear(x, self.weight, self.bias if self.has_bias else None)


@misconception("LinearLayer", "plain tensors")
class LinearPlain(_LinearBase):
    def make(self, in_features, out_features, bias, bound):
        self.weight = torch.empty(out_features, in_features).uniform_(-bound, bound)
        self.bias = torch.empty(out_features).uniform_(-bound, bound) if bias else None


@misconception("MLP", "plain list")
class MLPPlainList(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = list(MLP(sizes).layers)

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.layers[-1](x)


@misconception("MLP", "no activation")
class MLPNoActivation(MLP):
    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


@misconception("MLP", "activation at the end")
class MLPActivationAtTheEnd(MLP):
    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return x


@misconception("MLP", "sigmoid")
class MLPSigmoid(MLP):
    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).sigmoid()
        return self.layers[-1](x)


@misconception("MLP", "last layer missing")
class MLPLastMissing(MLP):
    def __init__(self, sizes):
        super().__init__(sizes)
        self.layers = self.layers[:-1]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return x


@misconception("cross_entropy", "overflow")
def cross_entropy_overflow(logits, labels):
    exponentials = logits.exp()
    probabilities = exponentials / exponentials.sum(1, keepdim=True)
    return -probabilities.gather(1, labels[:, None]).log().mean()


@misconception("cross_entropy", "underflow")
def cross_entropy_underflow(logits, labels):
    return -logits.softmax(1).gather(1, labels[:, None]).log().mean()


@misconception("cross_entropy", "softmax twice")
def cross_entropy_softmax_twice(logits, labels):
    return F.cross_entropy(logits.softmax(1), labels)


@misconception("cross_entropy", "sum")
def cross_entropy_sum(logits, labels):
    return F.cross_entropy(logits, labels, reduction="sum")


@misconception("cross_entropy", "mean of all classes")
def cross_entropy_mean_of_all(logits, labels):
    codes = F.one_hot(labels, logits.shape[1])
    return -(codes * logits.log_softmax(1)).mean()


@misconception("cross_entropy", "sign")
def cross_entropy_sign(logits, labels):
    return -F.cross_entropy(logits, labels)


@misconception("cross_entropy", "all pairs")
def cross_entropy_all_pairs(logits, labels):
    return -logits.log_softmax(1)[:, labels].mean()


def _ordered(steps: list[str], *order: str) -> list[str]:
    return [step for step in order if step in steps]


@misconception("training_order", "as given")
def training_order_as_given(steps):
    return list(steps)


@misconception("training_order", "no zero_grad")
def training_order_no_zero_grad(steps):
    return _ordered(steps, "loss", "backward", "clip", "step")


@misconception("training_order", "backward before loss")
def training_order_backward_first(steps):
    return _ordered(steps, "zero_grad", "backward", "loss", "clip", "step")


@misconception("training_order", "step before backward")
def training_order_step_first(steps):
    return _ordered(steps, "zero_grad", "loss", "step", "backward", "clip")


@misconception("training_order", "old slopes")
def training_order_old_slopes(steps):
    return _ordered(steps, "loss", "step", "zero_grad", "backward", "clip")


@misconception("training_order", "cleared too late")
def training_order_cleared_too_late(steps):
    return _ordered(steps, "loss", "backward", "clip", "zero_grad", "step")


@misconception("training_order", "clip too late")
def training_order_clip_too_late(steps):
    return _ordered(steps, "zero_grad", "loss", "backward", "step", "clip")


@misconception("training_order", "clip too early")
def training_order_clip_too_early(steps):
    return _ordered(steps, "zero_grad", "loss", "clip", "backward", "step")


def _wrong_line(
    x, y, steps, lr, *, pairs=False, zero=True, learn_b=True, stale=False, reduction="mean"
):
    w, b = torch.zeros((), requires_grad=True), torch.zeros((), requires_grad=True)
    optimizer = torch.optim.SGD([w, b] if learn_b else [w], lr=lr)
    losses = []
    for _ in range(steps):
        if zero:
            optimizer.zero_grad()
        difference = w * (x if pairs else x.squeeze(1)) + b - y
        loss = getattr(difference**2, reduction)()
        if stale:
            optimizer.step()
        loss.backward()
        if not stale:
            optimizer.step()
        losses.append(loss)
    return w.item(), b.item(), losses


def _numbers(found):
    return found[0], found[1], [loss.item() for loss in found[2]]


@misconception("fit_line", "all pairs")
def fit_line_all_pairs(x, y, steps, lr):
    return _numbers(_wrong_line(x, y, steps, lr, pairs=True))


@misconception("fit_line", "no zero_grad")
def fit_line_no_zero_grad(x, y, steps, lr):
    return _numbers(_wrong_line(x, y, steps, lr, zero=False))


@misconception("fit_line", "tensors")
def fit_line_tensors(x, y, steps, lr):
    return _wrong_line(x, y, steps, lr)


@misconception("fit_line", "b not learned")
def fit_line_b_not_learned(x, y, steps, lr):
    return _numbers(_wrong_line(x, y, steps, lr, learn_b=False))


@misconception("fit_line", "step before backward")
def fit_line_step_before_backward(x, y, steps, lr):
    return _numbers(_wrong_line(x, y, steps, lr, stale=True))


@misconception("fit_line", "sum")
def fit_line_sum(x, y, steps, lr):
    return _numbers(_wrong_line(x, y, steps, lr, reduction="sum"))


def _wrong_epoch(
    model,
    optimizer,
    inputs,
    labels,
    batch_size,
    *,
    zero="always",
    step="after backward",
    softmax=False,
    whole=False,
    as_they_are=False,
):
    """The losses of the batches with their sizes."""
    losses = []
    labels = labels if as_they_are else labels.long()
    if zero == "once":
        optimizer.zero_grad()
    for start in range(0, len(inputs), batch_size):
        batch, right = inputs[start : start + batch_size], labels[start : start + batch_size]
        if whole and len(batch) < batch_size:
            break
        if zero == "always":
            optimizer.zero_grad()
        logits = model(batch)
        loss = F.cross_entropy(logits.softmax(1) if softmax else logits, right)
        if step == "before backward":
            optimizer.step()
        loss.backward()
        if step == "after backward":
            optimizer.step()
        losses.append((loss, len(batch)))
    if step == "after the loop":
        optimizer.step()
    return losses


def _weighted(losses):
    return sum(loss.item() * size for loss, size in losses) / sum(size for _, size in losses)


@misconception("train_epoch", "no zero_grad")
def train_epoch_no_zero_grad(*arguments):
    return _weighted(_wrong_epoch(*arguments, zero="never"))


@misconception("train_epoch", "cleared once")
def train_epoch_cleared_once(*arguments):
    return _weighted(_wrong_epoch(*arguments, zero="once"))


@misconception("train_epoch", "one step for all")
def train_epoch_one_step_for_all(*arguments):
    return _weighted(_wrong_epoch(*arguments, zero="once", step="after the loop"))


@misconception("train_epoch", "one step for the last")
def train_epoch_one_step_for_the_last(*arguments):
    return _weighted(_wrong_epoch(*arguments, step="after the loop"))


@misconception("train_epoch", "step before backward")
def train_epoch_step_before_backward(*arguments):
    return _weighted(_wrong_epoch(*arguments, step="before backward"))


@misconception("train_epoch", "softmax before")
def train_epoch_softmax_before(*arguments):
    return _weighted(_wrong_epoch(*arguments, softmax=True))


@misconception("train_epoch", "mean of means")
def train_epoch_mean_of_means(*arguments):
    losses = _wrong_epoch(*arguments)
    return sum(loss.item() for loss, _ in losses) / len(losses)


@misconception("train_epoch", "means over samples")
def train_epoch_means_over_samples(*arguments):
    losses = _wrong_epoch(*arguments)
    return sum(loss.item() for loss, _ in losses) / sum(size for _, size in losses)


@misconception("train_epoch", "tensor")
def train_epoch_tensor(*arguments):
    losses = _wrong_epoch(*arguments)
    return sum(loss * size for loss, size in losses) / sum(size for _, size in losses)


@misconception("train_epoch", "float labels")
def train_epoch_float_labels(*arguments):
    return _weighted(_wrong_epoch(*arguments, as_they_are=True))


@misconception("train_epoch", "rest left out")
def train_epoch_rest_left_out(*arguments):
    return _weighted(_wrong_epoch(*arguments, whole=True) or [(torch.tensor(0.0), 1)])


class _Optimizer:
    def __init__(self, parameters, lr, momentum=0.0):
        self.parameters = list(parameters)
        self.lr, self.momentum = lr, momentum
        self.velocities = {}

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self):
        for i, parameter in enumerate(self.parameters):
            if parameter.grad is not None:
                self.move(i, parameter)

    def move(self, i, parameter):
        parameter -= self.lr * self.velocity(i, parameter.grad)

    def velocity(self, i, gradient):
        kept = self.momentum * self.velocities.get(i, torch.zeros_like(gradient))
        self.velocities[i] = kept + gradient
        return self.velocities[i]


@misconception("SGD", "generator")
class SGDGenerator(_Optimizer):
    def __init__(self, parameters, lr, momentum=0.0):
        super().__init__([], lr, momentum)
        self.parameters = parameters


@misconception("SGD", "dampened")
class SGDDampened(_Optimizer):
    def velocity(self, i, gradient):
        return super().velocity(i, (1 - self.momentum) * gradient)


@misconception("SGD", "no memory")
class SGDNoMemory(_Optimizer):
    def velocity(self, i, gradient):
        return gradient


@misconception("SGD", "uphill")
class SGDUphill(_Optimizer):
    def move(self, i, parameter):
        parameter += self.lr * self.velocity(i, parameter.grad)


@misconception("SGD", "in the graph")
class SGDInTheGraph(_Optimizer):
    def step(self):
        for i, parameter in enumerate(self.parameters):
            if parameter.grad is not None:
                parameter -= self.lr * self.velocity(i, parameter.grad)


@misconception("SGD", "another tensor")
class SGDAnotherTensor(_Optimizer):
    def move(self, i, parameter):
        parameter = parameter - self.lr * self.velocity(i, parameter.grad)


@misconception("SGD", "alias")
class SGDAlias(_Optimizer):
    def velocity(self, i, gradient):
        self.velocities[i] = (
            self.momentum * self.velocities[i] + gradient if i in self.velocities else gradient
        )
        return self.velocities[i]


@misconception("SGD", "no gradient")
class SGDNoGradient(_Optimizer):
    @torch.no_grad()
    def step(self):
        for i, parameter in enumerate(self.parameters):
            parameter -= self.lr * self.velocity(i, parameter.grad)


class _Adam:
    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.parameters = list(parameters)
        self.lr, self.betas, self.eps = lr, betas, eps
        self.steps = 0
        self.means = [torch.zeros_like(p) for p in self.parameters]
        self.squares = [torch.zeros_like(p) for p in self.parameters]

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self):
        self.steps += 1
        for i, p in enumerate(self.parameters):
            if p.grad is not None:
                self.count(i)
                b1, b2 = self.betas
                self.means[i] = b1 * self.means[i] + (1 - b1) * p.grad
                self.squares[i] = b2 * self.squares[i] + (1 - b2) * self.square(p.grad)
                p -= self.lr * self.move(self.means[i], self.squares[i], *self.corrections())

    def count(self, i):
        pass

    def square(self, gradient):
        return gradient**2

    def corrections(self):
        return 1 - self.betas[0] ** self.steps, 1 - self.betas[1] ** self.steps

    def move(self, mean, square, correction1, correction2):
        return mean / correction1 / ((square / correction2).sqrt() + self.eps)


@misconception("Adam", "no bias correction")
class AdamNoCorrection(_Adam):
    def corrections(self):
        return 1, 1


@misconception("Adam", "counts from zero")
class AdamCountsFromZero(_Adam):
    def corrections(self):
        return tuple(
            torch.tensor(1 - beta ** (self.steps - 1), dtype=torch.float64) for beta in self.betas
        )


@misconception("Adam", "counts parameters")
class AdamCountsParameters(_Adam):
    def count(self, i):
        self.steps += i > 0


@misconception("Adam", "no root")
class AdamNoRoot(_Adam):
    def move(self, mean, square, correction1, correction2):
        return mean / correction1 / (square / correction2 + self.eps)


@misconception("Adam", "eps in the root")
class AdamEpsInTheRoot(_Adam):
    def move(self, mean, square, correction1, correction2):
        return mean / correction1 / (square / correction2 + self.eps).sqrt()


@misconception("Adam", "square of the mean")
class AdamSquareOfTheMean(_Adam):
    def square(self, gradient):
        mean = next(
            m for m, p in zip(self.means, self.parameters, strict=True) if p.grad is gradient
        )
        return mean**2


@misconception("Adam", "betas swapped")
class AdamBetasSwapped(_Adam):
    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(parameters, lr, betas[::-1], eps)


def _measure(model, inputs, labels, batch_size):
    """The losses, hits and sizes of the batches, in whatever mode the model is."""
    measured = []
    for batch, right in zip(inputs.split(batch_size), labels.split(batch_size), strict=True):
        logits = model(batch)
        hits = (logits.argmax(1) == right).sum()
        measured.append((F.cross_entropy(logits, right).item(), hits, len(batch)))
    return measured


def _summed(measured):
    size = sum(size for *_, size in measured)
    loss = sum(loss * size for loss, _, size in measured) / size
    return loss, sum(hits.item() for _, hits, _ in measured)


@misconception("evaluate", "no eval")
@torch.no_grad()
def evaluate_no_eval(*arguments):
    return _summed(_measure(*arguments))


@misconception("evaluate", "left in eval")
@torch.no_grad()
def evaluate_left_in_eval(model, *arguments):
    return _summed(_measure(model.eval(), *arguments))


@misconception("evaluate", "always train")
@torch.no_grad()
def evaluate_always_train(model, *arguments):
    found = _summed(_measure(model.eval(), *arguments))
    model.train()
    return found


@misconception("evaluate", "recording left off")
def evaluate_recording_left_off(model, *arguments):
    was_training = model.training
    torch.set_grad_enabled(False)
    found = _summed(_measure(model.eval(), *arguments))
    model.train(was_training)
    return found


@misconception("evaluate", "with graph")
def evaluate_with_graph(model, *arguments):
    was_training = model.training
    found = _summed(_measure(model.eval(), *arguments))
    model.train(was_training)
    return found


@misconception("evaluate", "mean of means")
@torch.no_grad()
def evaluate_mean_of_means(model, *arguments):
    was_training = model.training
    measured = _measure(model.eval(), *arguments)
    model.train(was_training)
    return sum(loss for loss, *_ in measured) / len(measured), _summed(measured)[1]


@misconception("evaluate", "tensor count")
@torch.no_grad()
def evaluate_tensor_count(model, *arguments):
    was_training = model.training
    measured = _measure(model.eval(), *arguments)
    model.train(was_training)
    return _summed(measured)[0], sum(hits for _, hits, _ in measured)


@misconception("evaluate", "last batch")
@torch.no_grad()
def evaluate_last_batch(model, *arguments):
    was_training = model.training
    measured = _measure(model.eval(), *arguments)
    model.train(was_training)
    return _summed(measured)[0], measured[-1][1].item()


def _norm(gradients):
    return sum((gradient**2).sum() for gradient in gradients).sqrt().item()


def _gradients(parameters):
    return [p.grad for p in parameters if p.grad is not None]


@misconception("clip_gradients", "each alone")
def clip_gradients_each_alone(parameters, max_norm):
    gradients = _gradients(parameters)
    norm = _norm(gradients)
    for gradient in gradients:
        gradient *= min(1.0, max_norm / max(_norm([gradient]), 1e-12))
    return norm


@misconception("clip_gradients", "by value")
def clip_gradients_by_value(parameters, max_norm):
    gradients = _gradients(parameters)
    norm = _norm(gradients)
    for gradient in gradients:
        gradient.clamp_(-max_norm, max_norm)
    return norm


@misconception("clip_gradients", "always scaled")
def clip_gradients_always_scaled(parameters, max_norm):
    gradients = _gradients(parameters)
    norm = _norm(gradients)
    for gradient in gradients:
        gradient *= max_norm / max(norm, 1e-12)
    return norm


@misconception("clip_gradients", "generator")
def clip_gradients_generator(parameters, max_norm):
    norm = _norm(_gradients(parameters))
    for parameter in parameters:
        if parameter.grad is not None and norm > max_norm:
            parameter.grad *= max_norm / norm
    return norm


@misconception("clip_gradients", "no root")
def clip_gradients_no_root(parameters, max_norm):
    gradients = _gradients(parameters)
    norm = _norm(gradients) ** 2
    if norm > max_norm:
        for gradient in gradients:
            gradient *= max_norm / norm
    return norm


@misconception("clip_gradients", "length afterwards")
def clip_gradients_length_afterwards(parameters, max_norm):
    return min(clip_gradients(parameters, max_norm), max_norm)


class _Checkpoint:
    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer

    def save(self, file, epoch):
        torch.save(
            {
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "random": torch.get_rng_state(),
                "epoch": epoch,
            },
            file,
        )

    def load(self, file):
        return self.restore(torch.load(file))

    def restore(self, state):
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        return state["epoch"]


@misconception("Checkpoint", "model only")
class CheckpointModelOnly(_Checkpoint):
    def restore(self, state):
        self.model.load_state_dict(state["model"])
        return state["epoch"]


@misconception("Checkpoint", "no optimizer")
class CheckpointNoOptimizer(_Checkpoint):
    def restore(self, state):
        self.model.load_state_dict(state["model"])
        torch.set_rng_state(state["random"])
        return state["epoch"]


@misconception("Checkpoint", "no random state")
class CheckpointNoRandomState(_Checkpoint):
    def restore(self, state):
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        return state["epoch"]


@misconception("Checkpoint", "whole objects")
class CheckpointWholeObjects(_Checkpoint):
    def save(self, file, epoch):
        state = {"model": self.model, "optimizer": self.optimizer, "epoch": epoch}
        torch.save({**state, "random": torch.get_rng_state()}, file)


@misconception("Checkpoint", "not from the file")
class CheckpointNotFromTheFile(_Checkpoint):
    kept = BytesIO()

    def save(self, file, epoch):
        type(self).kept = BytesIO()
        super().save(self.kept, epoch)

    def load(self, file):
        self.kept.seek(0)
        return super().load(self.kept)


@misconception("Checkpoint", "other objects")
class CheckpointOtherObjects(CheckpointWholeObjects):
    def load(self, file):
        state = torch.load(file, weights_only=False)
        self.model, self.optimizer = state["model"], state["optimizer"]
        torch.set_rng_state(state["random"])
        return state["epoch"]


@misconception("Checkpoint", "next epoch")
class CheckpointNextEpoch(_Checkpoint):
    def restore(self, state):
        return super().restore(state) + 1
