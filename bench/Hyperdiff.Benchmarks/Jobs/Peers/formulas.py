# Implicit hypergradients in plain PyTorch: (I - J')v = g by fixed-point iteration, then h + P'v, for a fixed point w = map(w, h): equation (13) of Bengio
# (2000), solved as in Grazzi, Franceschi, Pontil and Salzo (2020), arXiv 2006.16218, section 2.
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
