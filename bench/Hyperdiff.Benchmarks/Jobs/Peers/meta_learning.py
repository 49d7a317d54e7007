# iMAML: first weights from which a few steps, held near them, fit a sinusoid from ten points.
import torch
from implicit import hypergradient


def run(given, by, clock):
    x, y, xq, yq = (given.tensor(name) for name in ("x", "y", "xq", "yq"))
    first = [given.tensor(name).requires_grad_(True) for name in ("w1", "b1", "w2", "b2", "w3", "b3")]
    optimizer = torch.optim.Adam(first, lr=given["outer_rate"])
    tasks, steps, rate, penalty = given.count("tasks"), given.count("steps"), given["rate"], given["penalty"]

    def error(w, x, y):
        return (torch.tanh(torch.tanh(x @ w[0] + w[1]) @ w[2] + w[3]) @ w[4] + w[5] - y).square().mean()

    def adapt(w, h, task):
        return error(w, x[task], y[task]) + 0.5 * penalty * sum((a - b).square().sum() for a, b in zip(w, h))

    def solve(task):
        fixed = [leaf.detach() for leaf in first]
        w = fixed
        for _ in range(given.count("inner_steps")):
            w = [leaf.requires_grad_(True) for leaf in w]
            w = [(a - rate * g).detach() for a, g in zip(w, torch.autograd.grad(adapt(w, fixed, task), w))]
        return w

    for step in range(steps):
        losses, total = 0, [torch.zeros_like(leaf) for leaf in first]
        for task in range(step * tasks, (step + 1) * tasks):
            loss, gradient = hypergradient(
                by, solve(task), first, given.count("products"),
                lambda w, h: [a - rate * g for a, g in zip(w, torch.autograd.grad(adapt(w, h, task), w, create_graph=True))],
                lambda w, h: error(w, xq[task], yq[task]))
            losses, total = losses + loss, [a + b for a, b in zip(total, gradient)]
        for leaf, part in zip(first, total):
            leaf.grad = part / tasks
        optimizer.step()
        clock.step(losses / tasks)
    held_out = range(steps * tasks, steps * tasks + given.count("held_out"))
    return sum(error(solve(task), xq[task], yq[task]).item() for task in held_out) / len(held_out)
