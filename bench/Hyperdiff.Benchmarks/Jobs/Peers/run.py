# One job of `jobs` by a peer: python3 run.py JOB FOLDER BY THREADS. The last line is its outcome, as JSON. Without arguments: whether PyTorch is fit to be
# compared with.
#
# JOB is a file beside this one. FOLDER holds what both sides read: settings.json and arrays in .npy. BY is `plain`, PyTorch with the formulas of
# formulas.py; or `hypertorch` or `betty` (files betty_*.py), those packages themselves, found in the folders that HYPERTORCH_DIR and BETTY_DIR name.
import importlib
import json
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path[:0] = [os.environ[name] for name in ("HYPERTORCH_DIR", "BETTY_DIR") if name in os.environ]
import numpy
import torch


class Input:
    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "settings.json")) as file:
            self.settings = json.load(file)

    def __getitem__(self, name):
        return self.settings[name]

    def count(self, name):
        return int(self.settings[name])

    def tensor(self, name):
        return torch.from_numpy(numpy.load(os.path.join(self.folder, name + ".npy")))


class Clock:
    def __init__(self):
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        self.before = resident("VmRSS")
        self.seconds, self.losses = [], []
        self.started, self.processor = time.perf_counter(), time.process_time()

    def step(self, loss):
        self.losses.append(float(loss))
        self.seconds.append(time.perf_counter() - self.started)


def resident(field):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith(field))


if len(sys.argv) == 1:
    torch.ones(8, 8) @ torch.ones(8, 8)
    with open("/proc/self/maps") as file:
        is_reference = "/blas/libblas.so" in file.read()
    sys.exit("multiplies matrices by the reference BLAS, six times slower than Debian's package libopenblas0-pthread" if is_reference else 0)
job, folder, by, threads = sys.argv[1:]
torch.set_num_threads(int(threads))
module = importlib.import_module(job)
given = Input(folder)
clock = Clock()
metric = module.run(given, by, clock)
processor, peak = time.process_time() - clock.processor, resident("VmHWM")
print(json.dumps(dict(seconds=clock.seconds, losses=clock.losses, processor_seconds=processor, metric=float(metric), peak_mib=peak, above_mib=peak - clock.before)))
