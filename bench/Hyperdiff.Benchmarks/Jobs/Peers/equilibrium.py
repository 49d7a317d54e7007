# An equilibrium network whose map contracts by construction.
import torch
from implicit import hypergradient


def run(given, by, clock):
    x, y, xt, labels, batches = (given.tensor(name) for name in ("x", "y", "xt", "labels", "batches"))
    net = [given.tensor(name).requires_grad_(True) for name in ("v", "u", "b", "out")]
    optimizer = torch.optim.Adam(net, lr=given["outer_rate"])

    def contraction(v):
        return 0.9 * v / torch.sqrt(1 + v.square().sum())

    def solve(x):
        with torch.no_grad():
            w, given_by_x = contraction(net[0]), x @ net[1] + net[2]
            z = torch.zeros(len(x), len(w))
            for _ in range(given.count("inner_steps")):
                z = torch.tanh(z @ w + given_by_x)
            return z

    for step in range(given.count("steps")):
        chosen = batches[step].long()
        xb, yb = x[chosen], y[chosen]
        loss, gradient = hypergradient(
            by, [solve(xb)], net, given.count("products"),
            lambda z, h: [torch.tanh(z[0] @ contraction(h[0]) + xb @ h[1] + h[2])],
            lambda z, h: -(yb * torch.log_softmax(z[0] @ h[3], 1)).sum(1).mean())
        for leaf, part in zip(net, gradient):
            leaf.grad = part
        optimizer.step()
        clock.step(loss)
    with torch.no_grad():
        return (((solve(xt) @ net[3]).argmax(1)) == labels).float().mean()
