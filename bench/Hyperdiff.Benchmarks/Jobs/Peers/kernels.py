# Answers `kernels`: single operations by PyTorch, and products of sparse matrices by SciPy. Argument: how many threads.
import functools

import numpy
import torch
import torch.autograd.forward_ad as forward_ad

import turns


def value(function, operands, directions):
    return lambda: (function(*operands),)


def tangent(function, operands, directions):
    def call():
        with forward_ad.dual_level():
            dual = function(*[forward_ad.make_dual(x, v) for x, v in zip(operands, directions)])
            return tuple(part.contiguous() for part in forward_ad.unpack_dual(dual))

    return call


def transpose(function, operands, directions):
    for operand in operands:
        operand.requires_grad_()

    def call():
        result = function(*operands)

        # as numbers in memory: a gradient may be a view that repeats a number
        return (result.detach(), *[gradient.contiguous() for gradient in torch.autograd.grad(result, operands, directions[0])])

    return call


# a sparse matrix with ten numbers in each row, at the columns of MatrixCases.cs
@functools.lru_cache(maxsize=1)
def scattered(values):
    from scipy.sparse import csr_matrix

    offsets = [0, 1, 2, 5, 17, 101, 1009, 5003, 9001, 15013]
    size = len(values) // len(offsets)
    columns = numpy.sort((numpy.arange(size)[:, None] + offsets) % size, axis=1)
    return csr_matrix((values.numpy(), columns.ravel(), numpy.arange(size + 1) * len(offsets)), shape=(size, size))


def prepare(asked, operands, directions):
    function = eval("lambda x, y=None: " + asked["expression"], {"torch": torch, "scattered": scattered})
    return dict(value=value, tangent=tangent, transpose=transpose)[asked["mode"]](function, operands, directions)


turns.answer(prepare)
