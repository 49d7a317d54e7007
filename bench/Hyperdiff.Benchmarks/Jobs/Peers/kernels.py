# Answers `kernels`, a line of JSON for each: prepares a computation by PyTorch, then times calls of it. Argument: how many threads.
import json
import sys
import time

sys.dont_write_bytecode = True
import numpy
import torch
import torch.autograd.forward_ad as forward_ad

torch.set_num_threads(int(sys.argv[1]))

# of one thread its processor time, in which neighbors do not count that take the processor away
now = time.process_time if sys.argv[1] == "1" else time.perf_counter


def load(paths):
    return [torch.from_numpy(numpy.load(path)) for path in paths]


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


call = None
for line in sys.stdin:
    asked = json.loads(line)
    if asked["call"] == "prepare":
        operands, problem = load(asked["operands"]), None
        function = eval("lambda x, y=None: " + asked["expression"], {"torch": torch})
        call = dict(value=value, tangent=tangent, transpose=transpose)[asked["mode"]](function, operands, load(asked["directions"]))
        try:
            numpy.save(asked["results"], torch.cat([result.detach().double().reshape(-1) for result in call()]).numpy())
        except (NotImplementedError, RuntimeError, AttributeError, TypeError) as error:
            problem = str(error).splitlines()[0]
        print(json.dumps(dict(problem=problem)), flush=True)
    else:
        least, started = float("inf"), now()
        while True:
            before = now()
            call()
            after = now()
            least = min(least, after - before)
            if after - started > asked["milliseconds"] / 1000:
                break
        print(json.dumps(dict(milliseconds=1000 * least)), flush=True)
