"""Makes edges.json: elementwise functions and their derivatives of order 1 to 3 at the ends of the numbers of both types.

    python3 tests/Hyperdiff.Tests/Scale/make_edges.py

Symbolic derivatives with 800 digits; at infinity and 0, where they have no value, their limits from the side of that sign, by evaluation far beyond the range of both
types, and by hand where exponentials and gamma functions have none there. A missing number has no limit, one that depends on the way, or lies outside the domain.
"""
import itertools
import json
import os

import sympy as sp
from mpmath import mp, mpf

mp.dps = 800
x, y = sp.Symbol("x", real=True), sp.Symbol("y", real=True)
INF, N = float("inf"), None
T = mpf(10) ** 450
sigma, Phi = 1 / (1 + sp.exp(-x)), sp.erfc(-x / sp.sqrt(2)) / 2
ENDS = {
    "float32": {"max": mpf(2) ** 128 - mpf(2) ** 104, "min": mpf(2) ** -126},
    "float64": {"max": mpf(2) ** 1024 - mpf(2) ** 971, "min": mpf(2) ** -1022},
}


def at(pos=N, neg=N, zero=N, negzero=N, one=N, negone=N):
    """Limits by hand: at ∞, −∞, 0, −0, 1, −1, each the value and three derivatives."""
    return {key: value for key, value in {"inf": pos, "-inf": neg, "0": zero, "-0": negzero, "1": one, "-1": negone}.items() if value is not None}


def zeros(value):
    return [value, 0, 0, 0]


SIZES = ["max", "min", "0", "1"]
POSITIVE, INSIDE, ABOVE = SIZES, ["min", "-min", "0", "-0", "1", "-1"], ["max", "1"]
ALL = [sign + size for size in SIZES for sign in ("", "-")]
half_pi = float(mp.pi / 2)
root_pole = [0, INF, -INF, INF]
cube_root = x ** sp.Rational(1, 3)

FUNCTIONS = {
    "Exp": (sp.exp(x), ALL, at([INF] * 4, [0] * 4)),
    "Expm1": (sp.exp(x) - 1, ALL, at([INF] * 4, zeros(-1))),
    "Log": (sp.log(x), POSITIVE, at(zeros(INF), zero=[-INF, INF, -INF, INF])),
    "Log2": (sp.log(x, 2), POSITIVE, at(zeros(INF), zero=[-INF, INF, -INF, INF])),
    "Log10": (sp.log(x, 10), POSITIVE, at(zeros(INF), zero=[-INF, INF, -INF, INF])),
    "Log1p": (sp.log(1 + x), [end for end in ALL if end != "-max"], at(zeros(INF), negone=[-INF, INF, -INF, INF])),
    "Sin": (sp.sin(x), ALL, {}),
    "Cos": (sp.cos(x), ALL, {}),
    "Tan": (sp.tan(x), INSIDE, {}),
    "Asin": (sp.asin(x), INSIDE, at(one=[half_pi, INF, INF, INF], negone=[-half_pi, INF, -INF, INF])),
    "Acos": (sp.acos(x), INSIDE, at(one=[0, -INF, -INF, -INF], negone=[float(mp.pi), -INF, INF, -INF])),
    "Atan": (sp.atan(x), ALL, at(zeros(half_pi), zeros(-half_pi))),
    "Sinh": (sp.sinh(x), ALL, at([INF] * 4, [-INF, INF, -INF, INF])),
    "Cosh": (sp.cosh(x), ALL, at([INF] * 4, [INF, -INF, INF, -INF])),
    "Tanh": (sp.tanh(x), ALL, at(zeros(1), zeros(-1))),
    "Asinh": (sp.asinh(x), ALL, at(zeros(INF), zeros(-INF))),
    "Acosh": (sp.acosh(x), ABOVE, at(zeros(INF), one=root_pole)),
    "Atanh": (sp.atanh(x), INSIDE, at(one=[INF] * 4, negone=[-INF, INF, -INF, INF])),
    "Sqrt": (sp.sqrt(x), POSITIVE, at(zeros(INF), zero=root_pole)),
    "Cbrt": (cube_root, POSITIVE, at(zeros(INF), zeros(-INF), zero=root_pole, negzero=[0, INF, INF, INF])),
    "Rsqrt": (x ** -sp.Rational(1, 2), POSITIVE, at([0] * 4, zero=[INF, -INF, INF, -INF])),
    "Reciprocal": (1 / x, ALL, at([0] * 4, [0] * 4, [INF, -INF, INF, -INF], [-INF] * 4)),
    "Square": (x ** 2, ALL, at([INF, INF, 2, 0], [INF, -INF, 2, 0])),
    "Abs": (x, ["max", "min", "1"], at(*[[INF, sign, 0, 0] for sign in (1, -1)])),
    "Negate": (-x, ALL, at([-INF, -1, 0, 0], [INF, -1, 0, 0])),
    "Pow3": (x ** 3, ALL, at([INF, INF, INF, 6], [-INF, INF, -INF, 6])),
    "Pow1.5": (x ** sp.Rational(3, 2), POSITIVE, at([INF, INF, 0, 0], zero=[0, 0, INF, -INF])),
    "Pow0.25": (x ** sp.Rational(1, 4), POSITIVE, at(zeros(INF), zero=root_pole)),
    "Pow-2": (x ** -2, ALL, at([0] * 4, [0] * 4, [INF, -INF, INF, -INF], [INF] * 4)),
    "Pow-0.5": (x ** -sp.Rational(1, 2), POSITIVE, at([0] * 4, zero=[INF, -INF, INF, -INF])),
    "Pow1": (x, ALL, at([INF, 1, 0, 0], [-INF, 1, 0, 0])),
    "Pow0": (1 + 0 * x, ALL, at(zeros(1), zeros(1))),
    "SechSquared": (1 / sp.cosh(x) ** 2, ALL, at([0] * 4, [0] * 4)),
    "OneMinusSquare": (1 - x ** 2, ALL, at([-INF, -INF, -2, 0], [-INF, INF, -2, 0])),
    "Gaussian": (sp.exp(-x ** 2), ALL, at([0] * 4, [0] * 4)),
    "Sigmoid": (sigma, ALL, at(zeros(1), zeros(0))),
    "Softplus": (sp.log(1 + sp.exp(x)), ALL, at([INF, 1, 0, 0], zeros(0))),
    "LogSigmoid": (-sp.log(1 + sp.exp(-x)), ALL, at(zeros(0), [-INF, 1, 0, 0])),
    "Silu": (x * sigma, ALL, at([INF, 1, 0, 0], zeros(0))),
    "Gelu": (x * Phi, ALL, at([INF, 1, 0, 0], zeros(0))),
    "GeluTanh": (x / (1 + sp.exp(-2 * sp.sqrt(2 / sp.pi) * (x + sp.Rational(44715, 10**6) * x**3))), ALL, at([INF, 1, 0, 0], zeros(0))),
    "Elu": (x, ["max", "min", "1"], at([INF, 1, 0, 0], zeros(-1))),
    "Erf": (sp.erf(x), ALL, at(zeros(1), zeros(-1))),
    "Erfc": (sp.erfc(x), ALL, at(zeros(0), zeros(2))),
    "ErfInv": (sp.erfinv(x), INSIDE, at(one=[INF] * 4, negone=[-INF, INF, -INF, INF])),
    "ErfcInv": (sp.erfcinv(x), ["0", "1"], at(zero=[INF, -INF, INF, -INF])),
    "LogGamma": (sp.loggamma(x), ["max", "min"], at([INF, INF, 0, 0], zero=[INF, -INF, INF, -INF], negzero=[INF] * 4, negone=[INF, N, INF, N])),
    "Digamma": (sp.digamma(x), POSITIVE, at(zeros(INF), zero=[-INF, INF, -INF, INF], negzero=[INF] * 4, negone=[N, INF, N, INF])),
    "Trigamma": (sp.polygamma(1, x), POSITIVE, at([0] * 4, zero=[INF, -INF, INF, -INF], negzero=[INF] * 4, negone=[INF, N, INF, N])),
}
# what has its limit to every digit, and no expression, at the largest numbers; there the first ones are x itself
SATURATED = {"Softplus": 1, "LogSigmoid": -1, "Silu": 1, "Gelu": 1, "GeluTanh": 1, "Tanh": 0, "SechSquared": 0, "Gaussian": 0, "Sigmoid": 0, "Erf": 0, "Erfc": 0, "Exp": 0,
             "Expm1": 0, "Sinh": 0, "Cosh": 0}

radius = sp.sqrt(x**2 + y**2)
SOME = ["inf", "-inf", "max", "-max", "min", "-min", "0", "1.5", "-0.75"]
EXPONENTS = ["-1.5", "-1", "0", "0.5", "1", "2", "2.5", "3"]
FUNCTIONS_OF_TWO = {
    "Add": (x + y, SOME, SOME),
    "Subtract": (x - y, SOME, SOME),
    "Multiply": (x * y, SOME, SOME),
    "Divide": (x / y, SOME, SOME),
    "Hypot": (radius, SOME, SOME),
    "Atan2": (sp.atan2(x, y), SOME, SOME),
    "Power": (sp.exp(y * sp.log(x)), ["inf", "max", "min", "0", "1.5"], EXPONENTS),
    "BinaryCrossEntropy": (sp.log(1 + sp.exp(x)) - y * x, ["max", "-max", "min", "0", "1.5"], ["0", "0.25", "1"]),
}


def number(end, kind):
    sign, name = (-1 if end.startswith("-") else 1), end.lstrip("-")
    return sign * (ENDS[kind][name] if name in ENDS[kind] else mpf(name))


def derivative(name, expression, order, end, kind, hand):
    if end in hand:
        return hand[end][order]
    p = number(end, kind)
    if name in SATURATED and end.endswith("max"):
        found = hand[end.replace("max", "inf")][order]
        return found if abs(found) < INF or not SATURATED[name] else float(p)
    f = sp.lambdify(x, sp.diff(expression, x, order), ["mpmath", {"erfinv": mp.erfinv, "erfcinv": lambda t: mp.erfinv(1 - t)}])
    with mp.workdps(400 if "Inv" in name else 800):
        return float(mp.re(f(p)))


def ways(end, kind):
    """Points on the way to where there is none, far out or close to 0, on each side; else the point."""
    if end.endswith("inf"):
        return [[mp.sign(mpf(end)) * t for t in (T, T**2, T**4)]]
    return [[side / t for t in (T, T**2, T**4)] for side in (1, -1)] if end == "0" else [[number(end, kind)] * 3]


def limit(f, first, second, kind):
    """What f tends to on all ways, at the same speed in both arguments and not."""
    found = set()
    for a, b in itertools.product(ways(first, kind), ways(second, kind)):
        moves = a[0] != a[2] or b[0] != b[2]
        for i, j in ((0, 0), (0, 1), (1, 0)):
            v, w = mp.mpc(f(a[i], b[j])), mp.mpc(f(a[i + 1], b[j + 1]))
            if v.imag or w.imag:  # outside the domain
                continue
            v, w = abs(v.real), w.real
            endless, nothing = abs(w) > mpf(10) ** 400 or abs(w) > 1.5 * v, abs(w) < mpf(10) ** -400 or abs(w) * 1.5 < v
            found.add(float(w) if not moves else mp.sign(w) * INF if endless else 0.0 if nothing else float(w))
    return found.pop() if len(found) == 1 else N


def undecided(name, first, second, orders):
    """Where the function has no value, or a convention instead of a limit, or where single factors of the chain rule overflow before another one makes 0 of them; and
    (x² − y²)/r⁴, which is its rounding."""
    if name == "Divide":
        return first.endswith("inf") and (second.endswith("inf") or second.endswith("max") and orders[1] > 2) or first == "0" and second.endswith("min") and orders[1] > 2
    if name == "Power":
        return first == "0" and (second == "0" or min(orders) > 0 and second in ("0.5", "1", "2")) or first == "min" and sum(orders) > 1
    if name == "Atan2" and first == second and orders == (1, 1):
        return True
    return name in ("Hypot", "Atan2") and {first.lstrip("-"), second.lstrip("-")} <= {"0", "min"} and sum(orders) > 1


def text(number):
    return N if number is N else "Infinity" if number == INF else "-Infinity" if number == -INF else repr(float(number))


lines = []
for name, (expression, ends, hand) in FUNCTIONS.items():
    ends = list(dict.fromkeys(list(hand) + ends))
    for kind in ENDS:
        rows = [[text(derivative(name, expression, order, end, kind, hand)) for end in ends] for order in range(4)]
        lines.append(json.dumps({"op": name, "type": kind, "x": ends, "d": rows}, separators=(",", ":")))
mp.dps = 400
for name, (expression, firsts, seconds) in FUNCTIONS_OF_TWO.items():
    for kind in ENDS:
        rows = {}
        for orders in itertools.product(range(4), range(4)):
            if 1 <= sum(orders) <= 3:
                f = sp.lambdify((x, y), sp.diff(expression, x, orders[0], y, orders[1]), "mpmath")
                rows["%d%d" % orders] = [[N if undecided(name, first, second, orders) else text(limit(f, first, second, kind)) for second in seconds]
                                         for first in firsts]
        lines.append(json.dumps({"op": name, "type": kind, "x": firsts, "y": seconds, "d": rows}, separators=(",", ":")))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "edges.json"), "w", encoding="utf-8") as file:
    file.write("[\n" + ",\n".join(lines) + "\n]\n")
