"""Right answers to lesson 4 by other routes than the reference's; each must get full marks."""

from __future__ import annotations

import itertools
import math
import pickle

import torch
import torch.nn.functional as F
from torch import nn


class CalibrationWithSetattr(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.mean = nn.Buffer(mean)
        self.std = nn.Buffer(std)
        self.register_parameter("offset", nn.Parameter(mean.new_zeros(mean.shape)))
        self.register_parameter("gain", nn.Parameter(mean.new_ones(mean.shape)))

    def forward(self, readings):
        return torch.addcmul(self.offset, (readings - self.mean).div(self.std), self.gain)


class LinearByProduct(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        bound = 1 / math.sqrt(in_features)
        self.bias = nn.Parameter((2 * torch.rand(out_features) - 1) * bound) if bias else None
        self.weight = nn.Parameter((2 * torch.rand(out_features, in_features) - 1) * bound)

    def forward(self, x):
        result = x @ self.weight.T
        return result if self.bias is None else result + self.bias


class LinearAsInTorch(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_features, in_features))
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        self.register_parameter("bias", nn.Parameter(torch.zeros(out_features)) if bias else None)
        if bias:
            nn.init.uniform_(self.bias, -1 / math.sqrt(in_features), 1 / math.sqrt(in_features))

    def forward(self, x):
        result = torch.einsum("...i,oi->...o", x, self.weight)
        return result if self.bias is None else result + self.bias


class MLPInSequence(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        parts = []
        for before, after in itertools.pairwise(sizes):
            parts += [nn.Linear(before, after), nn.ReLU()]
        self.body = nn.Sequential(*parts[:-1])

    def forward(self, x):
        return self.body(x)


def mlp_as_a_function(sizes):
    parts = []
    for before, after in itertools.pairwise(sizes):
        parts += [LinearByProduct(before, after), nn.ReLU()]
    return nn.Sequential(*parts[:-1])


class MLPByNames(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.count = len(sizes) - 1
        for number in reversed(range(self.count)):
            self.add_module(f"layer{number}", nn.Linear(sizes[number], sizes[number + 1]))

    def forward(self, x):
        for number in range(self.count):
            if number:
                x = x.clamp(min=0)
            x = getattr(self, f"layer{number}")(x)
        return x


def cross_entropy_by_softmax_of_shifted(logits, labels):
    shifted = logits - logits.amax(1, keepdim=True)
    log_p = shifted - shifted.exp().sum(1, keepdim=True).log()
    return -log_p[torch.arange(len(labels)), labels].mean()


def cross_entropy_by_codes(logits, labels):
    codes = F.one_hot(labels, logits.shape[1])
    return -(codes * logits.log_softmax(1)).sum(1).mean()


def cross_entropy_by_loop(logits, labels):
    losses = [
        torch.logsumexp(row, 0) - row[label] for row, label in zip(logits, labels, strict=True)
    ]
    return torch.stack(losses).mean()


def order_by_sorting(steps):
    return sorted(steps, key=["zero_grad", "loss", "backward", "clip", "step"].index)


def order_with_clearing_last(steps):
    return ["loss", "backward", *["clip"] * ("clip" in steps), "step", "zero_grad"]


def order_entered_at_step(steps):
    return [one for one in ("step", "zero_grad", "loss", "backward", "clip") if one in steps]


def order_entered_at_clip(steps):
    return [one for one in ("clip", "step", "zero_grad", "loss", "backward") if one in steps]


def order_with_clearing_in_between(steps):
    return [one for one in ("loss", "zero_grad", "backward", "clip", "step") if one in steps]


def fit_line_by_formula(x, y, steps, lr):
    """The slopes of the mean squared error by hand."""
    x, w, b, losses = x[:, 0], 0.0, 0.0, []
    for _ in range(steps):
        error = w * x + b - y
        losses.append((error**2).mean().item())
        w, b = w - lr * 2 * (error * x).mean().item(), b - lr * 2 * error.mean().item()
    return w, b, losses


def fit_line_by_rebinding(x, y, steps, lr):
    w, b, losses = torch.zeros(1, 1, requires_grad=True), torch.zeros(1, requires_grad=True), []
    for _ in range(steps):
        loss = F.mse_loss(F.linear(x, w, b).squeeze(1), y)
        of_w, of_b = torch.autograd.grad(loss, [w, b])
        w, b = (
            (w - lr * of_w).detach().requires_grad_(),
            (b - lr * of_b).detach().requires_grad_(),
        )
        losses.append(loss.item())
    return w.item(), b.item(), losses


def fit_line_by_module(x, y, steps, lr):
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = nn.MSELoss()(model(x), y[:, None])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
    return model.weight.item(), model.bias.item(), losses


def train_epoch_by_slices(model, optimizer, inputs, labels, batch_size):
    losses = []
    for start in range(0, len(inputs), batch_size):
        logits = model(inputs[start : start + batch_size])
        right = labels[start : start + batch_size].to(torch.int64)
        loss = F.cross_entropy(logits, right, reduction="none")
        optimizer.zero_grad(set_to_none=False)
        loss.mean().backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.cat(losses).mean().item()


def train_epoch_by_own_loss(model, optimizer, inputs, labels, batch_size):
    losses = []
    for x, y in zip(inputs.split(batch_size), labels.split(batch_size), strict=True):
        log_p = model(x).log_softmax(1)
        of_each = -log_p[torch.arange(len(y)), y.long()]
        optimizer.zero_grad()
        of_each.mean().backward()
        optimizer.step()
        losses += of_each.tolist()
    return sum(losses) / len(losses)


def train_epoch_clearing_last(model, optimizer, inputs, labels, batch_size):
    total = torch.zeros(())
    for rows in torch.arange(len(inputs)).split(batch_size):
        loss = nn.CrossEntropyLoss()(model(inputs[rows]), labels[rows].long())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        total += loss.detach() * len(rows) / len(inputs)
    return float(total)


def torch_sgd(parameters, lr, momentum=0.0):
    return torch.optim.SGD(parameters, lr=lr, momentum=momentum)


def torch_adam(parameters, **settings):
    return torch.optim.Adam(parameters, **settings)


class SGDOnData:
    def __init__(self, parameters, lr, momentum=0.0):
        self.velocities = dict.fromkeys(parameters, 0.0)
        self.lr, self.momentum = lr, momentum

    def zero_grad(self):
        for parameter in self.velocities:
            if parameter.grad is not None:
                parameter.grad.zero_()

    def step(self):
        for parameter, velocity in self.velocities.items():
            if parameter.grad is not None:
                self.velocities[parameter] = self.momentum * velocity + parameter.grad
                parameter.data = parameter.data - self.lr * self.velocities[parameter]


class SGDWithRateInVelocity:
    def __init__(self, parameters, lr, momentum=0.0):
        self.pairs = [(p, torch.zeros_like(p)) for p in parameters]
        self.lr, self.momentum = lr, momentum

    def zero_grad(self):
        for parameter, _ in self.pairs:
            parameter.grad = None

    @torch.no_grad()
    def step(self):
        for parameter, velocity in self.pairs:
            if parameter.grad is not None:
                velocity *= self.momentum
                velocity -= self.lr * parameter.grad
                parameter += velocity


class AdamOnData:
    """As in the paper's remark: the corrections go into the learning rate and into eps."""

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.parameters, self.lr, self.betas, self.eps = [*parameters], lr, betas, eps
        self.state = {}

    def zero_grad(self):
        for parameter in self.parameters:
            parameter.grad = None

    def step(self):
        b1, b2 = self.betas
        for p in self.parameters:
            if p.grad is None:
                continue
            t, m, s = self.state.get(p, (0, 0.0, 0.0))
            t, m, s = t + 1, m + (1 - b1) * (p.grad - m), s + (1 - b2) * (p.grad**2 - s)
            self.state[p] = t, m, s
            root = math.sqrt(1 - b2**t)
            p.data.sub_(self.lr * root / (1 - b1**t) * m / (s.sqrt() + self.eps * root))


@torch.inference_mode()
def evaluate_with_lists(model, inputs, labels, batch_size):
    mode, losses, hits = model.training, [], []
    model.train(False)
    for start in range(0, len(inputs), batch_size):
        logits, right = (
            model(inputs[start : start + batch_size]),
            labels[start : start + batch_size],
        )
        losses += F.cross_entropy(logits, right, reduction="none").tolist()
        hits += (logits.argmax(1) == right).tolist()
    model.train(mode)
    return sum(losses) / len(losses), sum(hits)


def evaluate_with_switches(model, inputs, labels, batch_size):
    mode, total, correct = model.training, 0.0, 0
    model.eval()
    torch.set_grad_enabled(False)
    try:
        for x, y in zip(inputs.split(batch_size), labels.split(batch_size), strict=True):
            logits = model(x)
            total += F.cross_entropy(logits, y).item() * len(x) / len(inputs)
            correct += logits.argmax(1).eq(y).sum().item()
    finally:
        torch.set_grad_enabled(True)
        model.train(mode)
    return [total, correct]


def evaluate_by_concatenation(model, inputs, labels, batch_size):
    mode = model.training
    model.eval()
    with torch.no_grad():
        logits = torch.cat([model(batch) for batch in inputs.split(batch_size)])
    if mode:
        model.train()
    correct = int((logits.max(1).indices == labels).sum())
    return float(F.cross_entropy(logits, labels)), correct


def clip_by_concatenation(parameters, max_norm):
    parameters = [parameter for parameter in parameters if parameter.grad is not None]
    length = torch.cat([parameter.grad.flatten() for parameter in parameters]).norm().item()
    for parameter in parameters:
        parameter.grad = parameter.grad * min(1.0, max_norm / (length + 1e-6))
    return length


def clip_by_norms(parameters, max_norm):
    parameters = [p for p in parameters if p.grad is not None]
    length = sum(p.grad.norm().item() ** 2 for p in parameters) ** 0.5
    for p in parameters:
        if length > max_norm:
            p.grad = p.grad / length * max_norm
    return length


def clip_by_torch(parameters, max_norm):
    return nn.utils.clip_grad_norm_([*parameters], max_norm).item()


class CheckpointAsTuple:
    def __init__(self, model, optimizer):
        self.parts = model, optimizer

    def save(self, file, epoch):
        states = [part.state_dict() for part in self.parts]
        torch.save((torch.default_generator.get_state(), states, epoch), file)

    def load(self, file):
        random, states, epoch = torch.load(file, weights_only=True)
        for part, state in zip(self.parts, states, strict=True):
            part.load_state_dict(state)
        torch.default_generator.set_state(random)
        return epoch


class CheckpointByPickle:
    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer

    def save(self, file, epoch):
        states = self.model.state_dict(), self.optimizer.state_dict(), torch.get_rng_state()
        pickle.dump((states, epoch), file)

    def load(self, file):
        (model, optimizer, random), epoch = pickle.load(file)
        self.model.load_state_dict(model)
        self.optimizer.load_state_dict(optimizer)
        torch.set_rng_state(random)
        return epoch


ALTERNATIVES = {
    "Calibration": [CalibrationWithSetattr],
    "LinearLayer": [LinearByProduct, LinearAsInTorch],
    "MLP": [MLPInSequence, MLPByNames, mlp_as_a_function],
    "cross_entropy": [
        cross_entropy_by_softmax_of_shifted,
        cross_entropy_by_codes,
        cross_entropy_by_loop,
        F.cross_entropy,
    ],
    "training_order": [
        order_by_sorting,
        order_with_clearing_last,
        order_with_clearing_in_between,
        order_entered_at_step,
        order_entered_at_clip,
    ],
    "fit_line": [fit_line_by_formula, fit_line_by_module, fit_line_by_rebinding],
    "train_epoch": [train_epoch_by_slices, train_epoch_clearing_last, train_epoch_by_own_loss],
    "SGD": [torch_sgd, SGDOnData, SGDWithRateInVelocity],
    "Adam": [torch_adam, AdamOnData],
    "evaluate": [evaluate_with_lists, evaluate_by_concatenation, evaluate_with_switches],
    "clip_gradients": [clip_by_concatenation, clip_by_torch, clip_by_norms],
    "Checkpoint": [CheckpointAsTuple, CheckpointByPickle],
}
