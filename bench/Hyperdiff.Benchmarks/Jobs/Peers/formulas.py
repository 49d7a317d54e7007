# Implicit hypergradients in plain PyTorch: (I - J')v = g by fixed-point iteration or conjugate gradients, then h + P'v. The equations are (13) of Bengio (2000) and
# algorithm 1 of Pedregosa (2016), for a fixed point w = map(w, h).
import torch


def parts(w, h, map, outer):
    w = [leaf.detach().requires_grad_(True) for leaf in w]
    loss = outer(w, h)
    g = torch.autograd.grad(loss, w, retain_graph=True)
    direct = torch.autograd.grad(loss, h, allow_unused=True)
    return loss.item(), w, g, direct, map(w, h)


def total(mapped, h, v, direct):
    indirect = torch.autograd.grad(mapped, h, v, allow_unused=True)
    both = zip(h, direct, indirect)
    return [sum((part for part in (a, b) if part is not None), torch.zeros_like(leaf)) for leaf, a, b in both]


def fixed_point(w, h, products, map, outer):
    loss, w, g, direct, mapped = parts(w, h, map, outer)
    v = g
    for _ in range(products - 1):
        v = [a + b for a, b in zip(torch.autograd.grad(mapped, w, v, retain_graph=True), g)]
    return loss, total(mapped, h, v, direct)


def conjugate_gradients(w, h, products, map, outer):
    loss, w, g, direct, mapped = parts(w, h, map, outer)
    x, r, p = [torch.zeros_like(leaf) for leaf in g], list(g), list(g)
    rr = sum((leaf * leaf).sum() for leaf in r)
    for _ in range(products):
        ap = [a - b for a, b in zip(p, torch.autograd.grad(mapped, w, p, retain_graph=True))]
        alpha = rr / sum((a * b).sum() for a, b in zip(p, ap))
        x = [a + alpha * b for a, b in zip(x, p)]
        r = [a - alpha * b for a, b in zip(r, ap)]
        before, rr = rr, sum((leaf * leaf).sum() for leaf in r)
        p = [a + rr / before * b for a, b in zip(r, p)]
    return loss, total(mapped, h, x, direct)
