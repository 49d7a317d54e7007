# The operations of two edges by DARTS in second order: Liu, Simonyan and Yang (2019), arXiv 1806.09055, equations (7) and (8).
import torch
import torch.nn.functional as F


def edge(shares, z, weight):
    return shares[1] * z + shares[2] * F.avg_pool2d(z, 3, 1, 1) + shares[3] * torch.relu(F.conv2d(z, weight, padding=1))


def logits(w, alphas, x):
    shares = torch.softmax(alphas, 1)
    z = torch.relu(F.conv2d(x, w[0], padding=1))
    z = edge(shares[1], edge(shares[0], z, w[1]), w[2])
    return F.avg_pool2d(z, 4).flatten(1) @ w[3] + w[4]


def loss(w, alphas, x, y):
    return -(y * torch.log_softmax(logits(w, alphas, x), 1)).sum(1).mean()


def run(given, by, clock):
    x, y, xv, yv, batches, others = (given.tensor(name) for name in ("x", "y", "xv", "yv", "batches", "others"))
    w = [given.tensor(name).requires_grad_(True) for name in ("stem", "first", "second", "out", "offset")]
    alphas = given.tensor("alphas").requires_grad_(True)
    optimizer = torch.optim.Adam([alphas], lr=given["outer_rate"])
    rate = given["rate"]

    def moved(w, by, direction):
        return [(a + by * d).detach().requires_grad_(True) for a, d in zip(w, direction)]

    for step in range(given.count("steps")):
        rows, held = batches[step].long(), others[step].long()
        xb, yb = x[rows], y[rows]
        after = moved(w, -rate, torch.autograd.grad(loss(w, alphas, xb, yb), w))
        value = loss(after, alphas, xv[held], yv[held])
        *g, direct = torch.autograd.grad(value, [*after, alphas])
        size = 0.01 / torch.cat([part.flatten() for part in g]).norm()
        up, down = (torch.autograd.grad(loss(moved(w, sign * size, g), alphas, xb, yb), alphas)[0] for sign in (1, -1))
        alphas.grad = direct - rate * (up - down) / (2 * size)
        optimizer.step()
        w = after
        clock.step(value)
    with torch.no_grad():
        return (logits(w, alphas, given.tensor("xt")).argmax(1) == given.tensor("labels")).float().mean()
