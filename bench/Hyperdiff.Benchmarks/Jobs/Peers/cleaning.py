# A weight per training sample, half of whose labels are wrong.
import torch
from implicit import hypergradient


def run(given, by, clock):
    x, y, xv, yv, xt, labels = (given.tensor(name) for name in ("x", "y", "xv", "yv", "xt", "labels"))
    ridge, rate = given["ridge"], given["rate"]

    def entropies(w, x, y):
        return -(y * torch.log_softmax(x @ w[0] + w[1], 1)).sum(1)

    def train(w, h):
        return (torch.sigmoid(h[0]) * entropies(w, x, y)).mean() + 0.5 * ridge * (w[0].square().sum() + w[1].square().sum())

    def validate(w, h):
        return entropies(w, xv, yv).mean()

    def step(w, h):
        return [a - rate * b for a, b in zip(w, torch.autograd.grad(train(w, h), w, create_graph=True))]

    w = [torch.zeros(x.shape[1], y.shape[1]), torch.zeros(y.shape[1])]
    h = [torch.zeros(len(x), requires_grad=True)]
    optimizer = torch.optim.Adam(h, lr=given["outer_rate"])
    for _ in range(given.count("steps")):
        for _ in range(given.count("inner_steps")):
            w = [leaf.requires_grad_(True) for leaf in w]
            gradient = torch.autograd.grad(train(w, [h[0].detach()]), w)
            w = [(a - rate * b).detach() for a, b in zip(w, gradient)]
        loss, gradient = hypergradient(by, w, h, given.count("products"), step, validate)
        h[0].grad = gradient[0]
        optimizer.step()
        clock.step(loss)
    return (((xt @ w[0] + w[1]).argmax(1)) == labels).float().mean()
