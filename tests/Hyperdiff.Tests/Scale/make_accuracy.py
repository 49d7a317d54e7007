"""Makes accuracy.json: values and first and second derivatives of elementwise functions at arguments of every magnitude, from mpmath with 800 digits.

    python3 tests/Hyperdiff.Tests/Scale/make_accuracy.py

Each line: the name of the function, arguments that float32 holds (and some that only float64 does), value, first and second derivative, and the size of the greatest
term of each where the function is a difference of terms by its nature.
"""
import json
import os
import struct

from mpmath import mp, mpf

mp.dps = 800
one, two, pi = mpf(1), mpf(2), mp.pi


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


CORE = [1.2e-38, 3e-35, 1e-31, 7e-27, 4e-23, 1e-20, 3e-16, 2e-12, 1e-9, 5e-7, 1e-5, 6e-4, 0.013, 0.1, 0.3, 0.49, 0.51, 0.7, 0.9, 0.99, 0.9999, 0.9999999]
ABOVE = [1, 1.0000001, 1.0001, 1.3, 1.6, 2, 3, 5, 9, 15, 17.5, 25, 40, 60, 86, 88.5, 103, 1e3, 2e5, 1e7, 3e9, 1e12, 2e13, 1e16, 2e19, 1e20, 3e25, 1e30, 3e38]
TINY = [3e-308, 1e-250, 1e-160, 1e-100, 1e-50]
HUGE = [300.25, 700, 709.5, 745, 1e50, 1e100, 1e160, 1e250, 1.7e308]
small = [single(x) for x in CORE] + TINY
large = [single(x) for x in ABOVE] + HUGE
positive = small + large
everywhere = positive + [-x for x in positive]
inside = small + [-x for x in small]
above = large[1:]
sech2 = lambda x: 1 / mp.cosh(x) ** 2 if abs(x) < 2000 else mpf(0)
sigma = lambda x: 1 / (1 + mp.exp(-x)) if x > -3000 else mp.exp(x)
slope = lambda x: sech2(x / 2) / 4
G = lambda x: mp.exp(-x * x) if abs(x) < 100 else mpf(0)
c = 2 / mp.sqrt(pi)
phi = lambda x: mp.exp(-x * x / 2) / mp.sqrt(2 * pi) if abs(x) < 200 else mpf(0)
Phi = lambda x: mp.erfc(-x / mp.sqrt(2)) / 2 if abs(x) < 60 else mpf(x > 0)
tanh = lambda x: mp.tanh(x) if abs(x) < 3000 else mp.sign(x)
log1pexp = lambda x: mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))
big = lambda f: lambda x: f(x) if abs(x) < 1e4 else (mpf('inf') if x > 0 else mpf(0))
odd = lambda f: lambda x: f(x) if abs(x) < 1e4 else mp.sign(x) * mpf('inf')
even = lambda f: lambda x: f(x) if abs(x) < 1e4 else mpf('inf')
exp = big(mp.exp)


def power(p):
    p = mpf(p)
    return (lambda x: x ** p, lambda x: p * x ** (p - 1), lambda x: p * (p - 1) * x ** (p - 2))


FUNCTIONS = {
    "Exp": (everywhere, exp, exp, exp),
    "Expm1": (everywhere, lambda x: mp.expm1(x) if x < 1e4 and x > -1e4 else (mpf('inf') if x > 0 else mpf(-1)), exp, exp),
    "Log": (positive, mp.log, lambda x: 1 / x, lambda x: -1 / x**2),
    "Log1p": (positive + [-x for x in small], mp.log1p, lambda x: 1 / (1 + x), lambda x: -1 / (1 + x) ** 2),
    "Log2": (positive, lambda x: mp.log(x, 2), lambda x: 1 / x / mp.log(2), lambda x: -1 / x**2 / mp.log(2)),
    "Log10": (positive, lambda x: mp.log(x, 10), lambda x: 1 / x / mp.log(10), lambda x: -1 / x**2 / mp.log(10)),
    "Sin": (everywhere, mp.sin, mp.cos, lambda x: -mp.sin(x)),
    "Cos": (everywhere, mp.cos, lambda x: -mp.sin(x), lambda x: -mp.cos(x)),
    "Tan": (everywhere, mp.tan, lambda x: 1 / mp.cos(x) ** 2, lambda x: 2 * mp.tan(x) / mp.cos(x) ** 2),
    "Asin": (inside, mp.asin, lambda x: 1 / mp.sqrt(1 - x * x), lambda x: x / mp.sqrt(1 - x * x) ** 3),
    "Acos": (inside, mp.acos, lambda x: -1 / mp.sqrt(1 - x * x), lambda x: -x / mp.sqrt(1 - x * x) ** 3),
    "Atan": (everywhere, mp.atan, lambda x: 1 / (1 + x * x), lambda x: -2 * x / (1 + x * x) ** 2),
    "Sinh": (everywhere, odd(mp.sinh), even(mp.cosh), odd(mp.sinh)),
    "Cosh": (everywhere, even(mp.cosh), odd(mp.sinh), even(mp.cosh)),
    "Tanh": (everywhere, tanh, sech2, lambda x: -2 * tanh(x) * sech2(x)),
    "Asinh": (everywhere, mp.asinh, lambda x: 1 / mp.sqrt(1 + x * x), lambda x: -x / mp.sqrt(1 + x * x) ** 3),
    "Acosh": (above, mp.acosh, lambda x: 1 / mp.sqrt(x * x - 1), lambda x: -x / mp.sqrt(x * x - 1) ** 3),
    "Atanh": (inside, mp.atanh, lambda x: 1 / (1 - x * x), lambda x: 2 * x / (1 - x * x) ** 2),
    "Sqrt": (positive, *power(mpf(1) / 2)),
    "Cbrt": (positive, *power(mpf(1) / 3)),
    "Rsqrt": (positive, *power(-mpf(1) / 2)),
    "Reciprocal": (everywhere, *power(-1)),
    "Square": (everywhere, *power(2)),
    "Pow3": (everywhere, *power(3)),
    "Pow1.5": (positive, *power(mpf(3) / 2)),
    "Pow-2": (everywhere, *power(-2)),
    "SechSquared": (everywhere, sech2, lambda x: -2 * tanh(x) * sech2(x), lambda x: (4 * tanh(x) ** 2 - 2 * sech2(x)) * sech2(x), lambda x: (4 * tanh(x) ** 2 + 2 * sech2(x)) * sech2(x)),
    "OneMinusSquare": (inside, lambda x: 1 - x * x, lambda x: -2 * x, lambda x: mpf(-2)),
    "Gaussian": (everywhere, G, lambda x: -2 * x * G(x), lambda x: (4 * x * x - 2) * G(x), lambda x: (4 * x * x + 2) * G(x)),
    "Sigmoid": (everywhere, sigma, slope, lambda x: -tanh(x / 2) * slope(x)),
    "Softplus": (everywhere, log1pexp, sigma, slope),
    "LogSigmoid": (everywhere, lambda x: -log1pexp(-x), lambda x: sigma(-x), lambda x: -slope(x)),
    "Silu": (everywhere, lambda x: x * sigma(x), lambda x: sigma(x) + x * slope(x), lambda x: (2 - x * tanh(x / 2)) * slope(x), lambda x: (2 + abs(x)) * slope(x), lambda x: sigma(x) + abs(x) * slope(x)),
    "Gelu": (everywhere, lambda x: x * Phi(x), lambda x: Phi(x) + x * phi(x), lambda x: (2 - x * x) * phi(x), lambda x: (2 + x * x) * phi(x), lambda x: Phi(x) + abs(x) * phi(x)),
    "Erf": (everywhere, lambda x: mp.erf(x) if abs(x) < 50 else mp.sign(x), lambda x: c * G(x), lambda x: -2 * c * x * G(x)),
    "Erfc": (everywhere, lambda x: mp.erfc(x) if abs(x) < 50 else mpf(0 if x > 0 else 2), lambda x: -c * G(x), lambda x: 2 * c * x * G(x)),
}


def number(y):
    y = float(y)
    return y if abs(y) < float("inf") else ("Infinity" if y > 0 else "-Infinity")


lines = []
for name, (arguments, f, d, dd, *sizes) in FUNCTIONS.items():
    line = {"op": name, "x": [number(x) for x in arguments]}
    for key, g in (("y", f), ("d", d), ("dd", dd)):
        line[key] = [number(g(mpf(x))) for x in arguments]
    for key, g in zip(("sdd", "sd"), sizes):
        line[key] = [number(g(mpf(x))) for x in arguments]
    lines.append(json.dumps(line, separators=(",", ":")))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "accuracy.json"), "w", encoding="utf-8") as file:
    file.write("[\n" + ",\n".join(lines) + "\n]\n")
