# Learning rate and momentum, through all steps of training.
import torch


def run(given, by, clock):
    x, y, xv, yv, xt, labels = (given.tensor(name) for name in ("x", "y", "xv", "yv", "xt", "labels"))

    def loss(w, x, y):
        return -(y * torch.log_softmax(x @ w[0] + w[1], 1)).sum(1).mean()

    h = [torch.tensor(given[name], dtype=x.dtype).requires_grad_(True) for name in ("log_rate", "momentum")]
    optimizer = torch.optim.Adam(h, lr=given["outer_rate"])
    for _ in range(given.count("steps")):
        rate, momentum = h[0].exp(), h[1].sigmoid()
        w = [torch.zeros(x.shape[1], y.shape[1], requires_grad=True), torch.zeros(y.shape[1], requires_grad=True)]
        before = w
        for _ in range(given.count("inner_steps")):
            gradient = torch.autograd.grad(loss(w, x, y), w, create_graph=True)
            w, before = [a - rate * g + momentum * (a - b) for a, g, b in zip(w, gradient, before)], w
        validation = loss(w, xv, yv)
        h[0].grad, h[1].grad = torch.autograd.grad(validation, h)
        optimizer.step()
        clock.step(validation.item())
    return (((xt @ w[0] + w[1]).argmax(1)) == labels).float().mean()
