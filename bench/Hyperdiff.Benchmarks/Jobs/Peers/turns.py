# What `kernels` and `objectives` ask, a line of JSON for each: to prepare a computation by PyTorch, then to time calls of it. Argument: how many threads.
import json
import sys
import time

sys.dont_write_bytecode = True
import numpy
import torch

torch.set_num_threads(int(sys.argv[1]))

# of one thread its processor time, in which neighbors do not count that take the processor away
now = time.process_time if sys.argv[1] == "1" else time.perf_counter


def load(paths):
    return [torch.from_numpy(numpy.load(path)) for path in paths]


# prepare: what is asked, the operands and the directions -> a call without arguments that returns tensors
def answer(prepare):
    call = None
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["call"] == "prepare":
            problem = None
            try:
                call = prepare(asked, load(asked["operands"]), load(asked["directions"]))
                numpy.save(asked["results"], torch.cat([result.detach().double().reshape(-1) for result in call()]).numpy())
            except (ImportError, NotImplementedError, RuntimeError, AttributeError, TypeError) as error:
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
