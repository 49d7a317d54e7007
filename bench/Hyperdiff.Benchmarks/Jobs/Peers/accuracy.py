# Answers `accuracy`, a line of JSON for each: a problem at a given inner solution, its hypergradient by hypertorch, and how long that takes. Argument: how
# many threads. HYPERTORCH_DIR names the folder that holds the package hypergrad.
import json
import os
import statistics
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ["HYPERTORCH_DIR"])
import hypergrad
import numpy
import torch
import torch.nn.functional as F

torch.set_num_threads(int(sys.argv[1]))


def descent(train, rate):
    return lambda w, h: [leaf - rate * slope for leaf, slope in zip(w, torch.autograd.grad(train(w, h), w, create_graph=differentiable))]


def logistic(a):
    fit = F.binary_cross_entropy_with_logits
    return (descent(lambda w, h: fit(a["x"] @ w[0], a["y"]) + 0.5 * (torch.exp(h[0]) * w[0] * w[0]).sum(), a["rate"]),
            lambda w, h: fit(a["xv"] @ w[0], a["yv"]))


def mlp(a):
    def net(x, w):
        return torch.tanh(x @ w[0] + w[1]) @ w[2] + w[3]

    def penalty(w, h):
        return 0.5 * torch.exp(h[0]) * ((w[0] ** 2).sum() + (w[1] ** 2).sum()) + 0.5 * torch.exp(h[1]) * ((w[2] ** 2).sum() + (w[3] ** 2).sum())

    y, yv = a["y"].long(), a["yv"].long()
    return (descent(lambda w, h: F.cross_entropy(net(a["x"], w), y) + penalty(w, h), a["rate"]), lambda w, h: F.cross_entropy(net(a["xv"], w), yv))


def rnn(a):
    y = a["y"].long()
    return (lambda w, h: [torch.tanh(w[0] @ h[0] + a["x"] @ h[1] + h[2])], lambda w, h: F.cross_entropy(w[0] @ h[3] + h[4], y))


def ill(a):
    def fit(w, x, y):
        return 0.5 * ((x @ w[0] - y) ** 2).mean()

    return (descent(lambda w, h: fit(w, a["x"], a["y"]) + 0.5 * (torch.exp(h[0]) * w[0] * w[0]).sum(), a["rate"]), lambda w, h: fit(w, a["xv"], a["yv"]))


def nonnormal(a):
    return (lambda w, h: [a["a"] @ w[0] + h[0]], lambda w, h: 0.5 * ((w[0] - a["target"]) ** 2).sum())


def wide(a):
    def train(w, h):
        return 0.5 * ((a["diagonal"] + torch.exp(h[0])) * w[0] * w[0]).sum() + 0.5 * ((w[0] @ a["u"]) ** 2).sum() - (a["b"] * w[0]).sum()

    return (descent(train, a["rate"]), lambda w, h: 0.5 * ((w[0] - a["target"]) ** 2).sum())


def load(folder):
    return {name[:-4]: torch.from_numpy(numpy.load(os.path.join(folder, name))) for name in os.listdir(folder) if name.endswith(".npy")}


def leaves(arrays, kind):
    return [arrays[f"{kind}{i}"].requires_grad_(True) for i in range(len(arrays)) if f"{kind}{i}" in arrays]


given = first = h = step = outer = None
differentiable = True


def solved(steps):
    # as cheap as it is made there: what is not differentiated keeps no graph
    global differentiable
    differentiable, w, fixed = False, first, [leaf.detach() for leaf in h]
    for _ in range(steps):
        w = [leaf.detach().requires_grad_(is_descent) for leaf in step(w, fixed)]
    differentiable = True
    return [leaf.requires_grad_(True) for leaf in w]


def hypergradient(asked):
    w = given if asked["steps"] is None else solved(asked["steps"])
    # to the last product: where a residual is exactly zero before, what is divided by it is not a number
    return getattr(hypergrad, asked["method"])(w, h, asked["iterations"], step, outer, tol=0, set_grad=False)


for line in sys.stdin:
    asked = json.loads(line)
    if asked["call"] == "problem":
        arrays = load(asked["folder"])
        given, first, h = leaves(arrays, "w"), leaves(arrays, "s"), leaves(arrays, "h")
        name = asked["name"]
        is_descent = name not in ("rnn", "nonnormal")
        step, outer = logistic(arrays) if name.startswith("lr_") else globals()[name](arrays)
        answer = {}
    elif asked["call"] == "result":
        started = time.perf_counter()
        gradient = hypergradient(asked)
        numpy.save(asked["results"], torch.cat([part.detach().double().reshape(-1) for part in gradient]).numpy())
        answer = dict(seconds=time.perf_counter() - started)
    else:
        times, started = [], time.perf_counter()
        while not times or time.perf_counter() - started < asked["seconds"]:
            before = time.perf_counter()
            hypergradient(asked)
            times.append(time.perf_counter() - before)
        answer = dict(seconds=statistics.median(times))
    print(json.dumps(answer), flush=True)
