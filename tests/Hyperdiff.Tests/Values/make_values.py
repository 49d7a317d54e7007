"""Makes values.json: what NumPy, SciPy and PyTorch compute, in double precision, for the operations of Hyperdiff.

    python3 make_values.py > values.json

Made once, with the versions that the first line of the file states; it is data, not part of the build.

Every operand is a multiple of 1/64 (special values and probes apart), so that it is the same number in float32 and
the table serves both types. A case states how far a result may be from the one in the table:

    |y - expected| <= ulp * eps * |expected| + bound * eps

ulp       roundings that are relative to the element itself: 0 where IEEE 754 asks for the exact result, 1 for one
          rounding more than here; 4 for elementary functions (2 here, 2 there); more only where a function is composed.
unsigned  whether zeros are compared without their signs, about which systems differ; those of sums always are.
bound     for sums, an absolute error per eps: the number of roundings times the sum of the sizes of the terms, which is
          computed by the same operation on absolute values; for solutions, condition number times size.
"""
import json
import math
import sys

import numpy as np
import scipy
import scipy.linalg
import scipy.special as sp
import torch
import torch.nn.functional as F

np.seterr(all="ignore")
rng = np.random.default_rng(20240917)
lines = []


def grid(*shape, low=-2.0, high=2.0):
    """Numbers with six binary digits behind the point."""
    return np.round(rng.uniform(low, high, shape) * 64) / 64


def encode(x):
    x = np.asarray(x)
    kind = "bool" if x.dtype == bool else "int32" if x.dtype.kind in "iu" else None
    flat = x.reshape(-1).tolist()
    if kind is None:
        flat = [v if math.isfinite(v) else "NaN" if v != v else "Infinity" if v > 0 else "-Infinity" for v in flat]
        flat = [int(v) if not isinstance(v, str) and v == int(v) and abs(v) < 1e9 and math.copysign(1, v) * v == abs(v) and not (v == 0 and math.copysign(1, v) < 0) else v for v in flat]
    record = {"s": list(x.shape), "v": flat}
    return record if kind is None else {"t": kind, **record}


def case(op, operands, results, ulp=0.0, bound=0.0, by="numpy", unsigned=False, **options):
    results = results if isinstance(results, (list, tuple)) else [results]
    results = [r.detach().numpy() if isinstance(r, torch.Tensor) else r for r in results]
    record = {"op": op, "in": [encode(x) for x in operands], "out": [encode(y) for y in results]}
    if options:
        record["with"] = options
    if ulp:
        record["ulp"] = ulp
    if unsigned:
        record["unsigned"] = True
    if bound:
        record["bound"] = float(f"{bound:.3g}")
    record["by"] = by
    lines.append(json.dumps(record, separators=(",", ":")))


def t(x):
    return torch.from_numpy(np.ascontiguousarray(x))


def largest(x):
    x = x.detach().numpy() if isinstance(x, torch.Tensor) else np.asarray(x)
    return float(np.max(np.abs(x))) if x.size else 0.0


# ---------------------------------------------------------------- elementwise

SPECIAL = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0])
TINY = np.array([1e-300, -1e-300, 1e-20, -1e-20, 1e-12, 1e-8, -1e-8, 5e-324, 2.5e-310])
LARGE = np.array([100.0, -100.0, 700.0, -700.0, 800.0, -800.0, 1e10, -1e10])

UNARY = [
    # name, function, low, high, ulp, whether tiny and large numbers are asked for
    ("Exp", np.exp, -2, 2, 4, True), ("Expm1", np.expm1, -2, 2, 4, True),
    ("Log", np.log, 0.1, 4, 4, False), ("Log1p", np.log1p, -0.9, 4, 4, False), ("Log2", np.log2, 0.1, 4, 4, False), ("Log10", np.log10, 0.1, 4, 4, False),
    ("Sqrt", np.sqrt, 0, 4, 0, False), ("Rsqrt", lambda x: 1 / np.sqrt(x), 0.1, 4, 1, False), ("Cbrt", np.cbrt, -4, 4, 2, True),
    ("Square", np.square, -4, 4, 0, True), ("Reciprocal", np.reciprocal, 0.1, 4, 0, True),
    ("Abs", np.abs, -4, 4, 0, True), ("Sign", np.sign, -4, 4, 0, True), ("Floor", np.floor, -4, 4, 0, True), ("Ceiling", np.ceil, -4, 4, 0, True),
    ("Round", np.rint, -4, 4, 0, True), ("Truncate", np.trunc, -4, 4, 0, True), ("Negate", np.negative, -4, 4, 0, True),
    ("Sin", np.sin, -4, 4, 4, False), ("Cos", np.cos, -4, 4, 4, False), ("Tan", np.tan, -1.5, 1.5, 4, False),
    ("Asin", np.arcsin, -1, 1, 4, False), ("Acos", np.arccos, -1, 1, 4, False), ("Atan", np.arctan, -4, 4, 4, True),
    ("Sinh", np.sinh, -2, 2, 4, True), ("Cosh", np.cosh, -2, 2, 4, True), ("Tanh", np.tanh, -2, 2, 4, True),
    ("Asinh", np.arcsinh, -4, 4, 4, True), ("Acosh", np.arccosh, 1, 4, 4, False), ("Atanh", np.arctanh, -0.98, 0.98, 4, False),
    ("Erf", sp.erf, -3, 3, 4, True), ("Erfc", sp.erfc, -3, 3, 8, True), ("ErfInv", sp.erfinv, -0.98, 0.98, 8, False), ("ErfcInv", sp.erfcinv, 0.02, 1.98, 8, False),
    ("IsFinite", np.isfinite, -1, 1, 0, True), ("IsNaN", np.isnan, -1, 1, 0, True),
    ("Sigmoid", lambda x: torch.sigmoid(t(x)), -4, 4, 4, True), ("Relu", lambda x: F.relu(t(x)), -4, 4, 0, True),
]
for name, f, low, high, ulp, everywhere in UNARY:
    by = "scipy" if name.startswith("Erf") else "torch" if name in ("Sigmoid", "Relu") else "numpy"
    case(name, [x := grid(3, 4, low=low, high=high)], f(x), ulp, by=by)
    # erfinv and sign of -0 are 0 there and -0 here, erfcinv(1) and relu(-0) the other way round
    case(name, [SPECIAL], f(SPECIAL), ulp, by=by, unsigned=name in ("Sign", "Relu", "ErfInv", "ErfcInv"))
    if everywhere:
        case(name, [TINY], f(TINY), ulp, by=by)
        case(name, [LARGE], f(LARGE), ulp, by=by)
for name, f in (("Log1p", np.log1p), ("Tan", np.tan), ("Asin", np.arcsin), ("Atanh", np.arctanh), ("Sin", np.sin)):
    case(name, [TINY], f(TINY), 4)
case("Log", [x := np.array([5e-324, 1e-300, 1e300, 1.7e308])], np.log(x), 4)
case("Sqrt", [x := np.array([5e-324, 1e-300, 1e300, 1.7e308])], np.sqrt(x))
case("Round", [x := np.array([0.5, 1.5, 2.5, -0.5, -1.5, 4503599627370497.5, 0.49999999999999994])], np.rint(x))
# at its zeros, 1 and 2, ln |gamma| is a difference of terms of size 5: an absolute error
case("LogGamma", [x := grid(12, low=0.1, high=9)], sp.gammaln(x), 8, bound=16, by="scipy")
case("LogGamma", [x := np.array([0.0, -1.0, -2.0, 1.0, 2.0, np.inf, -0.5, -1.5, 1e5])], sp.gammaln(x), 8, bound=16, by="scipy")
case("Digamma", [x := grid(12, low=0.2, high=9)], sp.digamma(x), 8, bound=16, by="scipy")
case("Digamma", [x := np.array([-0.5, -1.5, 1.0, 2.0, 100.0, 1e5])], sp.digamma(x), 8, bound=16, by="scipy")
for n in (1, 2, 3):
    case("Polygamma", [x := grid(8, low=0.25, high=6)], sp.polygamma(n, x), 32, by="scipy", order=n)
x = grid(3, 4, low=-4, high=4)
EXTREMES = np.array([0.0, 30.0, -30.0, 800.0, -800.0, np.inf, -np.inf, np.nan])
for name, f in (("Softplus", lambda x: np.logaddexp(0, x)), ("LogSigmoid", lambda x: -np.logaddexp(0, -x))):
    case(name, [x], f(x), 8)
    case(name, [EXTREMES], f(EXTREMES), 8)
FINITE = EXTREMES[:5]
for name, f, bound in (("Silu", F.silu, 0), ("Gelu", F.gelu, 0), ("GeluTanh", lambda v: F.gelu(v, approximate="tanh"), 8), ("Elu", F.elu, 0), ("LeakyRelu", F.leaky_relu, 0)):
    # the tanh form subtracts nearly equal numbers for negative x: absolute error
    case(name, [x], f(t(x)), 8, bound=bound or (4 if name == "Gelu" else 0), by="torch")
    case(name, [FINITE], f(t(FINITE)), 8, bound=bound or (4 if name == "Gelu" else 0), by="torch")
case("Elu", [x], F.elu(t(x), 1.5), 8, by="torch", alpha=1.5)
case("LeakyRelu", [x], F.leaky_relu(t(x), 0.25), 1, by="torch", slope=0.25)
for low, high in ((-1, 1), (0, 0.5), (-2, -2), (-np.inf, 1)):
    case("Clamp", [x], np.clip(x, low, high), low=float(low) if math.isfinite(low) else "-Infinity", high=high)
for e in (0, 1, 2, 3, 4, -1, -2, 0.5, 1.5, -0.5):
    base = grid(7, low=0.25, high=3) if e != int(e) else np.append(grid(6, low=-3, high=3), 0.0)
    case("PowNumber", [base], np.power(base, float(e)), 8, exponent=e)
    case("PowNumber", [np.array([0.0, np.inf, 1.0, np.nan])], np.power(np.array([0.0, np.inf, 1.0, np.nan]), float(e)), 4, exponent=e)

a, b = grid(3, 4, low=-4, high=4), grid(3, 4, low=0.25, high=4)
pairs = np.array([(u, v) for u in (0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan) for v in (0.0, -0.0, 2.0, -1.0, np.inf, -np.inf, np.nan)])
BINARY = [("Add", np.add, 0), ("Subtract", np.subtract, 0), ("Multiply", np.multiply, 0), ("Divide", np.divide, 0), ("Maximum", np.maximum, 0), ("Minimum", np.minimum, 0),
          ("Mod", np.mod, 0), ("Atan2", np.arctan2, 4), ("Less", np.less, 0), ("LessOrEqual", np.less_equal, 0), ("Greater", np.greater, 0),
          ("GreaterOrEqual", np.greater_equal, 0), ("Equal", np.equal, 0), ("NotEqual", np.not_equal, 0)]
for name, f, ulp in BINARY:
    case(name, [a, b], f(a, b), ulp)
    case(name, [a, -b], f(a, -b), ulp)
    # an infinite dividend or divisor of a remainder, and the sign of a zero of two that are equal, are left to each system
    some = pairs if name not in ("Mod", "Maximum", "Minimum") else pairs[[i for i, (u, v) in enumerate(pairs) if (np.isfinite(u) and np.isfinite(v) and v != 0 if name == "Mod" else not (u == 0 and v == 0))]]
    case(name, [some[:, 0], some[:, 1]], f(some[:, 0], some[:, 1]), ulp, unsigned=name == "Mod")
    for left, right in (((), (3, 4)), ((3, 4), ()), ((4,), (3, 4)), ((3, 1), (3, 4)), ((3, 1), (1, 4)), ((2, 1, 4), (3, 1)), ((1,), (0, 3)), ((2, 3, 1), (4,))):
        u, v = grid(*left), grid(*right, low=0.25, high=3)
        case(name, [u, v], f(u, v), ulp)
case("Pow", [b, a], np.power(b, a), 8)
some = np.array([(u, v) for u in (0.0, 1.0, 2.0, 0.5, np.inf) for v in (0.0, 1.0, -1.0, 2.0, 0.5, np.inf, -np.inf, np.nan)])
case("Pow", [some[:, 0], some[:, 1]], np.power(some[:, 0], some[:, 1]), 4)
case("Pow", [x := np.array([-2.0, -2.0, -2.0, -8.0]), y := np.array([2.0, 3.0, -1.0, 0.5])], np.power(x, y), 4)
m1, m2 = rng.random((3, 4)) < 0.5, rng.random((4,)) < 0.5
case("And", [m1, m2], m1 & m2)
case("Or", [m1, m2], m1 | m2)
case("Not", [m1], ~m1)
for m, u, v in ((m1, grid(3, 4), grid(3, 4)), (m2, grid(3, 1), grid()), (m1, grid(4), grid(2, 1, 1)), (m1, rng.integers(-9, 9, (3, 4)), rng.integers(-9, 9, (3, 4))), (m1, m2, m1)):
    case("Where", [m, u, v], np.where(m, u, v))
case("To", [x := np.array([-1.5, 0.0, 0.25, 2.0, 3.75, -7.0])], x.astype(np.int32), dtype="Int32")
case("To", [x], x.astype(bool), dtype="Bool")
case("To", [m1], m1.astype(float), dtype="Float64")
case("To", [x := rng.integers(-9, 9, (3,))], x.astype(float), dtype="Float64")

# ---------------------------------------------------------------- reductions

x = grid(3, 4, 5)
for axes in ([0], [1], [-1], [0, 2], [1, 2], [0, 1, 2], [-3, -1]):
    at, n = tuple(axes), int(np.prod([x.shape[i] for i in axes]))
    for keep in (False, True):
        size = largest(np.sum(np.abs(x), at))
        case("Sum", [x], np.sum(x, at, keepdims=keep), 1, n * size, axes=axes, keep=keep)
        case("Mean", [x], np.mean(x, at, keepdims=keep), 1, size, axes=axes, keep=keep)
        case("Max", [x], np.max(x, at, keepdims=keep), axes=axes, keep=keep)
        case("Min", [x], np.min(x, at, keepdims=keep), axes=axes, keep=keep)
    case("Prod", [x], np.prod(x, at), 2 * n, axes=axes, keep=False)
    for correction in (0, 1):
        var = np.var(x, at, ddof=correction)
        # squares of differences of numbers up to 2: (x - mean)^2 is wrong by 2 |x - mean| times the error of the mean
        case("Var", [x], var, 2 * n, 32, axes=axes, keep=False, correction=correction)
        case("Std", [x], np.std(x, at, ddof=correction), 2 * n, 32 / float(np.min(np.sqrt(var))), axes=axes, keep=True if correction else False, correction=correction) if not correction else \
            case("Std", [x], np.std(x, at, ddof=1, keepdims=True), 2 * n, 32 / float(np.min(np.sqrt(var))), axes=axes, keep=True, correction=1)
    for p in (1, 2, 3, np.inf):
        y = np.max(np.abs(x), at) if p == np.inf else np.sum(np.abs(x) ** p, at) ** (1 / p)
        case("LpNorm", [x], y, n + 4, axes=axes, keep=False, power=p if p != np.inf else "Infinity")
    case("Any", [x > 1.5], np.any(x > 1.5, axes[0]), axis=axes[0])
    case("All", [x < 1.5], np.all(x < 1.5, axes[0]), axis=axes[0])
for name, f in (("Sum", np.sum), ("Prod", np.prod)):
    case(name, [np.zeros((0, 3))], f(np.zeros((0, 3)), 0), axes=[0], keep=False)
case("Mean", [np.array([1.0, np.nan, 2.0])], np.nan, axes=[0], keep=False)
case("Max", [np.array([1.0, np.nan, 2.0])], np.nan, axes=[0], keep=False)
case("Min", [np.array([1.0, np.nan, 2.0])], np.nan, axes=[0], keep=False)
case("Max", [np.array([-np.inf, -np.inf])], -np.inf, axes=[0], keep=False)
case("Sum", [np.array([np.inf, 1.0, -np.inf])], np.nan, axes=[0], keep=False)
case("Norm", [v := np.array([1e200, -1e200, 1e199])], np.float64(scipy.linalg.norm(v)), 8, by="scipy", axes=[0], keep=False)
case("Norm", [v := np.array([3e-200, -4e-200])], np.float64(scipy.linalg.norm(v)), 8, by="scipy", axes=[0], keep=False)
case("Norm", [v := np.array([3.0, -4.0, 0.0])], np.float64(5.0), 4, axes=[0], keep=False)
case("Norm", [v := np.array([3.0, -np.inf, 0.0])], np.float64(np.inf), axes=[0], keep=False)
tied = np.array([[2.0, 3.0, 3.0, 1.0], [0.0, -1.0, -1.0, 0.0], [1.0, np.nan, 5.0, np.nan], [1.0, 1.0, 1.0, 1.0]])
for axis in (0, 1, -1):
    case("ArgMax", [tied], np.argmax(tied, axis), axis=axis)
    case("ArgMin", [tied], np.argmin(tied, axis), axis=axis)
    case("CumSum", [x], np.cumsum(x, axis), 1, 5 * largest(np.cumsum(np.abs(x), axis)), axis=axis)
    case("CumProd", [x], np.cumprod(x, axis), 10, axis=axis)
    case("Softmax", [x], sp.softmax(x, axis), 12, by="scipy", axis=axis)
    case("LogSoftmax", [x], sp.log_softmax(x, axis), 8, 16, by="scipy", axis=axis)
    case("LogSumExp", [x], sp.logsumexp(x, axis), 8, 16, by="scipy", axis=axis)
far = np.array([[1000.0, 1001.0, 999.0], [-1000.0, -1000.0, -1000.0], [0.0, 0.0, 800.0], [-np.inf, 0.0, 1.0], [-np.inf, -np.inf, -np.inf]])
case("Softmax", [far[:4]], sp.softmax(far[:4], -1), 12, by="scipy", axis=-1)
case("LogSoftmax", [far[:4]], sp.log_softmax(far[:4], -1), 8, 16, by="scipy", axis=-1)
case("LogSumExp", [far], sp.logsumexp(far, -1), 8, 16, by="scipy", axis=-1)
ties = np.array([[2.0, 1.0, 2.0, -1.0, 1.0], [0.0, 0.0, 0.0, 0.0, 0.0], [np.nan, 1.0, np.inf, np.nan, -np.inf]])
for axis in (0, -1):
    for v in (x, ties):
        case("Sort", [v], np.sort(v, axis), axis=axis, descending=False)
        case("ArgSort", [v], np.argsort(v, axis, kind="stable"), axis=axis, descending=False)
    case("ArgSort", [ties[:2]], torch.sort(t(ties[:2]), dim=axis, descending=True, stable=True)[1].numpy(), by="torch", axis=axis, descending=True)
    case("Sort", [ties[:2]], -np.sort(-ties[:2], axis), axis=axis, descending=True)
for k in (0, 1, 3):
    order = torch.sort(t(ties[:2]), dim=-1, descending=True, stable=True)
    case("TopK", [ties[:2]], [order[0][:, :k].numpy(), order[1][:, :k].numpy()], by="torch", count=k, axis=-1)

# ---------------------------------------------------------------- shape, indices

x = grid(3, 4, 5)
for axis, start, stop, step in ((0, 0, 3, 2), (1, 1, 4, 1), (1, 1, 4, 2), (2, 0, 5, 3), (-1, 2, 5, 2), (0, 3, 3, 1), (2, 4, 5, 7)):
    case("Slice", [x], np.take(x, range(start, stop, step), axis), axis=axis, start=start, stop=stop, step=step)
for order in ([2, 0, 1], [0, 2, 1], [-1, 0, 1]):
    case("Permute", [x], np.transpose(x, order), order=order)
case("Transpose", [x], np.swapaxes(x, -1, -2))
for sizes in ([12, 5], [-1], [3, -1, 2], [60, 1]):
    case("Reshape", [x], x.reshape(sizes), sizes=sizes)
for source, destination in ((0, 2), (2, 0), (1, -1), (-1, 1)):
    case("MoveAxis", [x], np.moveaxis(x, source, destination), source=source, destination=destination)
for axes in ([0], [1, 2], [-1]):
    case("Flip", [x], np.flip(x, axes), axes=axes)
for shift, axis in ((1, 0), (-2, 1), (7, 2), (0, 0), (-13, -1)):
    case("Roll", [x], np.roll(x, shift, axis), shift=shift, axis=axis)
for counts in ([2, 1, 1], [1, 2, 3], [2, 1, 1, 2], [1, 0, 1]):
    case("Tile", [x], np.tile(x, counts), counts=counts)
for k in (-6, -2, 0, 1, 3):
    case("Diagonal", [x], np.diagonal(x, k, -2, -1), offset=k) if abs(k) < 4 else None
    case("Tril", [x], np.tril(x, k), diagonal=k)
    case("Triu", [x], np.triu(x, k), diagonal=k)
    case("DiagonalMatrix", [x[0, 0]], np.diag(x[0, 0], k), offset=k)
for before, after, value in (([1, 0, 2], [0, 0, 1], 0), ([0, 1, 0], [2, 0, 0], 1.5), ([1, 1, 1], [1, 1, 1], "-Infinity")):
    case("Pad", [x], np.pad(x, list(zip(before, after)), constant_values=float(value)), before=before, after=after, value=value)
case("Concat", [x[:, :1], x, x[:, 2:]], np.concatenate([x[:, :1], x, x[:, 2:]], 1), axis=1)
case("Concat", [x, x[..., :0]], np.concatenate([x, x[..., :0]], -1), axis=-1)
for axis in (0, 1, -1):
    case("Stack", [x[0], x[1]], np.stack([x[0], x[1]], axis), axis=axis)
case("Split", [x], np.split(x, [1, 3], -1), axis=-1, sizes=[1, 2, 2])
case("BroadcastTo", [x[:, :1]], np.broadcast_to(x[:, :1], (2, 3, 4, 5)), shape=[2, 3, 4, 5])
for axis in (0, 1, 2):
    for shape in ((4,), (2, 3), ()):
        i = rng.integers(0, x.shape[axis], shape)
        case("Take", [x, i], np.take(x, i, axis), axis=axis)
    i = rng.integers(0, x.shape[axis], [7 if k == axis else n for k, n in enumerate(x.shape)])
    case("Gather", [x, i], np.take_along_axis(x, i, axis), axis=axis)
    i = rng.integers(0, 6, x.shape[axis])
    y = np.zeros([6 if k == axis else n for k, n in enumerate(x.shape)])
    np.add.at(y, tuple([slice(None)] * axis + [i]), x)
    case("ScatterAdd", [x, i], y, 1, 40, size=6, axis=axis)
case("OneHot", [i := rng.integers(0, 5, (2, 3))], np.eye(5)[i], classes=5)

# ---------------------------------------------------------------- contractions

for left, right in (((3, 4), (4, 5)), ((4,), (4,)), ((3, 4), (4,)), ((4,), (4, 5)), ((2, 3, 4), (4, 5)), ((2, 3, 4), (2, 4, 5)), ((2, 1, 3, 4), (5, 4, 2)), ((3, 4), (2, 4, 1)), ((2, 3, 4), (4,)), ((4,), (2, 4, 3)), ((3, 0), (0, 2))):
    u, v = grid(*left), grid(*right)
    case("MatMul", [u, v], u @ v, 1, left[-1] * largest(np.abs(u) @ np.abs(v)))
case("Dot", [u := grid(6), v := grid(6)], np.dot(u, v), 1, 6 * float(np.abs(u) @ np.abs(v)))
case("Outer", [u, v := grid(3)], np.outer(u, v))
for subscripts, *shapes in (("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("bij,bjk->bik", (2, 2, 3), (2, 3, 4)), ("ii->i", (3, 3)), ("ii", (3, 3)), ("ij->ji", (2, 3)), ("ij->", (2, 3)),
                            ("ij->j", (2, 3)), ("i,j->ij", (2,), (3,)), ("i,i->i", (3,), (3,)), ("i,i", (3,), (3,)), ("ij,kj,kl->il", (2, 3), (4, 3), (4, 2)), ("...ij,...j->...i", (2, 3, 4), (4,)),
                            ("...ij,...jk->...ik", (2, 1, 2, 3), (4, 3, 2)), ("abc,cd,bd->a", (2, 3, 4), (4, 5), (3, 5)), ("bhqd,bhkd->bhqk", (2, 2, 3, 4), (2, 2, 5, 4)), ("iij,j->i", (3, 3, 2), (2,)),
                            ("i...->...", (3, 2)), (",ij->ij", (), (2, 3)), ("ijk,jil->kl", (2, 3, 4), (3, 2, 5)), ("ab,ac,ad->bcd", (2, 3), (2, 2), (2, 4))):
    xs = [grid(*s) for s in shapes]
    case("Einsum", xs, np.einsum(subscripts, *xs), 2, 60 * largest(np.einsum(subscripts, *[np.abs(v) for v in xs])), subscripts=subscripts)

CONV = {1: (F.conv1d, F.conv_transpose1d, F.max_pool1d, F.avg_pool1d), 2: (F.conv2d, F.conv_transpose2d, F.max_pool2d, F.avg_pool2d), 3: (F.conv3d, F.conv_transpose3d, F.max_pool3d, F.avg_pool3d)}
for n, (conv, transposed, max_pool, avg_pool) in CONV.items():
    size = {1: (9,), 2: (6, 7), 3: (4, 5, 4)}[n]
    kernel = {1: (3,), 2: (3, 2), 3: (2, 3, 2)}[n]
    for stride, padding, dilation, groups in ((1, 0, 1, 1), (2, 0, 1, 1), (1, 1, 1, 1), (2, 1, 1, 2), (1, 2, 2, 1), (3, 1, 1, 1), (1, 0, 1, 4)):
        x, w = grid(2, 4, *size), grid(4, 4 // groups, *kernel)
        if all(s + 2 * padding >= dilation * (k - 1) + 1 for s, k in zip(size, kernel)):
            y = conv(t(x), t(w), None, stride, padding, dilation, groups)
            terms = largest(conv(t(np.abs(x)), t(np.abs(w)), None, stride, padding, dilation, groups))
            case(f"Conv{n}d", [x, w], y, 1, w[0].size * terms, by="torch", stride=stride, padding=padding, dilation=dilation, groups=groups)
        for extra in {0, stride - 1}:
            x, w = grid(1, 4, *[3] * n), grid(4, 2, *kernel)
            if all((3 - 1) * stride - 2 * padding + dilation * (k - 1) + extra + 1 > 0 for k in kernel):
                y = transposed(t(x), t(w), None, stride, padding, extra, groups, dilation)
                terms = largest(transposed(t(np.abs(x)), t(np.abs(w)), None, stride, padding, extra, groups, dilation))
                case(f"ConvTranspose{n}d", [x, w], y, 1, 8 * w[0].size * terms, by="torch", stride=stride, padding=padding, dilation=dilation, groups=groups, outputPadding=extra)
    x = grid(2, 3, *size)
    for k, stride, padding, dilation in ((2, 2, 0, 1), (2, 1, 1, 1), (3, 2, 1, 1), (2, 1, 0, 2)):
        if all(s + 2 * padding >= dilation * (k - 1) + 1 for s in size):
            case(f"MaxPool{n}d", [x], max_pool(t(x), k, stride, padding, dilation), by="torch", kernel=k, stride=stride, padding=padding, dilation=dilation)
        if dilation == 1:
            for counted in (True, False):
                case(f"AvgPool{n}d", [x], avg_pool(t(x), k, stride, padding, count_include_pad=counted), 2, 60, by="torch", kernel=k, stride=stride, padding=padding, count=counted)

# ---------------------------------------------------------------- linear algebra: errors are the condition number times eps, times the size

def conditioned(*shape):
    return grid(*shape) + 3 * np.eye(shape[-2], shape[-1])


for shape in ((1, 1), (3, 3), (2, 4, 4)):
    a = conditioned(*shape)
    n, cond = shape[-1], largest(np.linalg.cond(a))
    symmetric = np.round((a + np.swapaxes(a, -1, -2)) * 32) / 64
    definite = a @ np.swapaxes(a, -1, -2) + np.eye(n)
    b = grid(*shape[:-1], 2)
    case("Solve", [a, b], np.linalg.solve(a, b), 0, 8 * n * cond * largest(np.linalg.solve(a, b)))
    case("Inverse", [a], np.linalg.inv(a), 0, 8 * n * cond * largest(np.linalg.inv(a)))
    case("Determinant", [a], np.linalg.det(a), 8 * n * cond)
    case("LogDeterminant", [a], list(np.linalg.slogdet(a)), 0, 8 * n * cond)
    case("Cholesky", [definite], np.linalg.cholesky(definite), 0, 8 * n * largest(np.linalg.cond(definite)) * largest(np.linalg.cholesky(definite)))
    case("EigenvaluesSymmetric", [symmetric], np.linalg.eigvalsh(symmetric), 0, 16 * n * largest(np.linalg.norm(symmetric, 2, (-2, -1))))
    case("SingularValues", [a], np.linalg.svd(a, compute_uv=False), 0, 16 * n * largest(np.linalg.norm(a, 2, (-2, -1))))
    q, r = zip(*[np.linalg.qr(m) for m in a.reshape(-1, n, n)])
    signs = [np.where(np.diag(m) < 0, -1.0, 1.0) for m in r]
    q = np.array([m * s for m, s in zip(q, signs)]).reshape(shape)
    r = np.array([m * s[:, None] for m, s in zip(r, signs)]).reshape(shape)
    case("Qr", [a], [q, r], 0, 16 * n * cond * largest(r))
    if len(shape) == 2:
        for lower in (True, False):
            for transpose in (False, True):
                for unit in (False, True):
                    y = scipy.linalg.solve_triangular(a, b, lower=lower, trans=int(transpose), unit_diagonal=unit)
                    triangle = np.tril(a) if lower else np.triu(a)
                    if unit:
                        np.fill_diagonal(triangle, 1)
                    case("SolveTriangular", [a, b], y, 0, 8 * n * float(np.linalg.cond(triangle)) * largest(y), by="scipy", lower=lower, transpose=transpose, unit=unit)
for shape in ((4, 2), (2, 4)):
    a = grid(*shape)
    case("SingularValues", [a], np.linalg.svd(a, compute_uv=False), 0, 64 * largest(np.linalg.norm(a, 2)))

# ---------------------------------------------------------------- losses: means of terms; 8 roundings a term, relative to the sum of its parts

y, target = grid(4, 3), grid(4, 3)
p, q = np.round(sp.softmax(grid(4, 3), -1) * 64) / 64, np.round(sp.softmax(grid(4, 3), -1) * 64) / 64
p[:, 0] += 1 - p.sum(-1)
classes = rng.integers(0, 3, 4)
case("MeanSquaredError", [y, target], F.mse_loss(t(y), t(target)), 16, by="torch")
case("MeanAbsoluteError", [y, target], F.l1_loss(t(y), t(target)), 16, by="torch")
for delta in (1.0, 0.25, 3.0):
    case("Huber", [y, target], F.huber_loss(t(y), t(target), delta=delta), 16, 16, by="torch", delta=delta)
case("BinaryCrossEntropyWithLogits", [y, p], F.binary_cross_entropy_with_logits(t(y), t(p)), 16, 32, by="torch")
case("BinaryCrossEntropyWithLogits", [v := np.array([1000.0, -1000.0, 0.0]), w := np.array([1.0, 0.0, 0.5])], F.binary_cross_entropy_with_logits(t(v), t(w)), 16, by="torch")
for smoothing in (0.0, 0.125):
    case("CrossEntropy", [y, classes], F.cross_entropy(t(y), t(classes), label_smoothing=smoothing), 16, 32, by="torch", smoothing=smoothing)
    case("CrossEntropy", [y, p], F.cross_entropy(t(y), t(p), label_smoothing=smoothing), 16, 32, by="torch", smoothing=smoothing)
case("CrossEntropy", [v := np.array([[1000.0, -1000.0], [0.0, 800.0]]), np.array([0, 0])], F.cross_entropy(t(v), torch.tensor([0, 0])), 16, 32, by="torch", smoothing=0.0)
lp, lq = np.round(np.log(p) * 64) / 64, np.round(np.log(q + 1 / 64) * 64) / 64
case("KullbackLeibler", [lq, lp], F.kl_div(t(lq), t(lp), reduction="batchmean", log_target=True), 16, 64, by="torch")
sign = np.where(target < 0, -1.0, 1.0)
case("Hinge", [y, sign], np.mean(np.maximum(0, 1 - sign * y)), 16)

# ---------------------------------------------------------------- layers

x, w, b = grid(2, 5, 4), grid(3, 4), grid(3)
case("Linear", [x, w, b], F.linear(t(x), t(w), t(b)), 1, 5 * largest(np.abs(x) @ np.abs(w).T + np.abs(b)), by="torch")
case("Embedding", [i := rng.integers(0, 5, (2, 3)), v := grid(5, 4)], F.embedding(t(i), t(v)), by="torch")
for shape in ((4,), (5, 4)):
    g, c = grid(*shape), grid(*shape)
    # a normalised number is a difference over the deviation of at least 1/2: 32 roundings of numbers up to 4
    case("LayerNorm", [x, g, c], F.layer_norm(t(x), shape, t(g), t(c), 1e-5), 32, 256, by="torch", epsilon=1e-5)
    case("LayerNorm", [x, g, c], F.layer_norm(t(x), shape, t(g), t(c), 0.125), 32, 256, by="torch", epsilon=0.125)
    at = tuple(range(-len(shape), 0))
    case("RmsNorm", [x, g], x / np.sqrt(np.mean(x * x, at, keepdims=True) + 1e-6) * g, 32, epsilon=1e-6)
for shape in ((6, 3), (4, 3, 5), (2, 3, 3, 2)):
    x, g, c, mean, variance = grid(*shape), grid(3), grid(3), grid(3), grid(3, low=0.25, high=2)
    m, v = t(mean.copy()), t(variance.copy())
    y = F.batch_norm(t(x), m, v, t(g), t(c), True, 0.25, 1e-5)
    case("BatchNormTraining", [x, g, c, mean, variance], [y, m, v], 32, 256, by="torch", momentum=0.25, epsilon=1e-5)
    case("BatchNorm", [x, g, c, mean, variance], F.batch_norm(t(x), t(mean), t(variance), t(g), t(c), False, 0.25, 1e-5), 32, 256, by="torch", epsilon=1e-5)
for batch, inputs, hidden in ((3, 4, 2), (1, 1, 3), (2, 3, 5)):
    x, h, s = grid(batch, inputs), grid(batch, hidden, low=-1, high=1), grid(batch, hidden, low=-1, high=1)
    for name, gates, cell in (("GruCell", 3, torch.nn.GRUCell), ("LstmCell", 4, torch.nn.LSTMCell)):
        weights = [grid(gates * hidden, inputs), grid(gates * hidden, hidden), grid(gates * hidden), grid(gates * hidden)]
        layer = cell(inputs, hidden).double()
        with torch.no_grad():
            for parameter, value in zip((layer.weight_ih, layer.weight_hh, layer.bias_ih, layer.bias_hh), weights):
                parameter.copy_(t(value))
        # gates have slopes up to 1; their arguments are sums of up to 12 terms up to 4
        if name == "GruCell":
            case(name, [x, h, *weights], layer(t(x), t(h)), 32, 1024, by="torch")
        else:
            case(name, [x, h, s, *weights], list(layer(t(x), (t(h), t(s)))), 32, 1024, by="torch")
for q_shape, k_shape in (((3, 4), (5, 4)), ((2, 3, 4), (2, 5, 4)), ((2, 2, 3, 4), (2, 2, 5, 4))):
    q, k, v = grid(*q_shape), grid(*k_shape), grid(*k_shape[:-1], 3)
    weights = sp.softmax(q @ np.swapaxes(k, -1, -2) / 2, -1)
    case("Attention", [q, k, v], weights @ v, 32, 512)
    mask = rng.random(weights.shape) < 0.7
    mask[..., 0] = True
    case("Attention", [q, k, v, mask], sp.softmax(np.where(mask, q @ np.swapaxes(k, -1, -2) / 2, -np.inf), -1) @ v, 32, 512)
dense = np.where(rng.random((4, 5)) < 0.4, grid(4, 5), 0.0)
case("SparseMatMul", [dense, v := grid(5, 3)], dense @ v, 1, 5 * largest(np.abs(dense) @ np.abs(v)))
case("SparseTransposedMatMul", [dense, v := grid(4, 3)], dense.T @ v, 1, 4 * largest(np.abs(dense.T) @ np.abs(v)))

versions = {"numpy": np.__version__, "scipy": scipy.__version__, "torch": torch.__version__, "python": sys.version.split()[0]}
print('{"made by":"tests/Hyperdiff.Tests/Values/make_values.py","versions":' + json.dumps(versions) + ',"cases":[')
print(",\n".join(lines))
print("]}")
