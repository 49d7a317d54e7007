using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using static Hyperdiff.Testing.Samples.OperandSample;

namespace Hyperdiff.Testing.Samples;

/// <summary>The registry of the law suites: one line per primitive and form of it. A primitive without a line fails a test.</summary>
internal static class PrimitiveCases
{
    /// <summary>All cases.</summary>
    public static IReadOnlyList<PrimitiveCase> All { get; } =
    [
        .. Sources(), .. Elementwise(), .. Masks(), .. Shaping(), .. Indexing(), .. Reductions(), .. Contractions(),
        .. MatrixCases.All, .. SolveCases.All, .. LoopCases.All, .. RuleCases.All,
    ];

    private static IEnumerable<PrimitiveCase> Sources() =>
    [
        new(new Fill(2.5, new TensorType(DType.Float64, [2, 3]))),
        new(new Fill(-0.0, new TensorType(DType.Float32, []))),
        new(new Fill(1, new TensorType(DType.Bool, [4]))),
        new(new Fill(-7, new TensorType(DType.Int32, [0]))),
        new(new RandomBits([2, 3]), Integers([2], 7, -11), Integers([], 3)),
        new(new RandomBits([5], DType.Float64, First: -4), Integers([3, 2], 7, -11, 0, 0, 1, 2), Integers([3], 3, -1, 0)),
        new(new RandomBits([], DType.Float32), Integers([0, 2]), Integers([0])),
    ];

    private static IEnumerable<PrimitiveCase> Elementwise() =>
    [
        new(Add.Instance, Active([2, 3]), Active([2, 3], seed: 2)),
        new(Subtract.Instance, Active([2, 3]), Active([2, 3], seed: 2)),
        new(Multiply.Instance, Active([2, 3]), Active([2, 3], seed: 2)),
        new(Multiply.Instance, Active([]), Active([], seed: 2)),
        new(Add.Instance, Integers([3], 1, -2, 3), Integers([3], 4, 5, -6)),
        new(Subtract.Instance, Integers([3], 1, -2, 3), Integers([3], 4, 5, -6)),
        new(Multiply.Instance, Integers([3], 1, -2, 3), Integers([3], 4, 5, -6)),
        new(Maximum.Instance, Integers([3], 1, -2, 3), Integers([3], 1, 5, -6)),
        new(Hyperdiff.Primitives.Minimum.Instance, Integers([3], 1, -2, 3), Integers([3], 1, 5, -6)),
        new(Divide.Instance, Active([2, 3]), Active([2, 3], low: 0.5)),
        new(Negate.Instance, Active([2, 3])),
        new(Exp.Instance, Active([2, 3])),
        new(Exp.Instance, Active([0])),
        new(Expm1.Instance, Active([7])),
        new(Log.Instance, Active([2, 3], low: 0.5)),
        new(Log1p.Instance, Active([7], low: -0.8)),
        new(Sin.Instance, Active([2, 3])),
        new(Cos.Instance, Active([2, 3])),
        new(Tanh.Instance, Active([2, 3])),
        new(SechSquared.Instance, Active([7], -3, 3)),
        new(OneMinusSquare.Instance, Active([7])),
        new(Gaussian.Instance, Active([7])),
        new(BinaryCrossEntropy.Instance, Active([6], -3, 3), Active([6], 0.1, 0.9)),
        new(BinaryCrossEntropySlope.Instance, Active([6], -3, 3), Active([6], 0.1, 0.9)),
        new(Sigmoid.Instance, Active([2, 3], -3, 3)),
        new(Softplus.Instance, Active([2, 3], -3, 3)),
        new(Sqrt.Instance, Active([2, 3], low: 0.5)),
        new(Log2.Instance, Active([2, 3], low: 0.5)),
        new(Log10.Instance, Active([2, 3], low: 0.5)),
        new(Cbrt.Instance, Active([4], -1.5, -0.6, 0.7, 2)),
        new(Tan.Instance, Active([2, 3], -1, 1)),
        new(Asin.Instance, Active([2, 3], -0.7, 0.7)),
        new(Acos.Instance, Active([2, 3], -0.7, 0.7)),
        new(Atan.Instance, Active([2, 3])),
        new(Sinh.Instance, Active([2, 3])),
        new(Cosh.Instance, Active([2, 3])),
        new(Asinh.Instance, Active([2, 3])),
        new(Acosh.Instance, Active([2, 3], 1.5, 3)),
        new(Atanh.Instance, Active([2, 3], -0.7, 0.7)),
        new(Atan2.Instance, Active([4], 1, -1, 0.5, -2), Active([4], 0.7, 2, -1, -0.6)),
        new(Hypot.Instance, Active([4], 1, -1, 0.5, -2), Active([4], 0.7, 2, -1, -0.6)),
        new(Cosine.Instance, Active([4], 1, -1, 0.5, -2), Active([4], 0.7, 2, -1, -0.6)),
        new(Erf.Instance, Active([2, 3])),
        new(Erfc.Instance, Active([2, 3])),
        new(ErfInv.Instance, Active([2, 3], -0.7, 0.7)),
        new(ErfcInv.Instance, Active([2, 3], 0.3, 1.7)),
        new(LogGamma.Instance, Active([5], -1.5, 0.6, 1, 2.5, 14)),
        new(new Polygamma(0), Active([5], -1.5, 0.7, 1, 2.5, 14)),
        new(new Polygamma(1), Active([5], -1.5, 0.7, 1, 2.5, 14)),
        new(Floor.Instance, Active([4], -1.5, -0.2, 0.2, 2.6)),
        new(Ceiling.Instance, Active([4], -1.5, -0.2, 0.2, 2.6)),
        new(Round.Instance, Active([4], -1.3, -0.2, 0.2, 2.6)),
        new(Truncate.Instance, Active([4], -1.5, -0.2, 0.2, 2.6)),
        new(Modulo.Instance, Active([4], 5.3, -5.3, 5.3, -5.3), Active([4], 2, 2, -2, -2)),
        new(Abs.Instance, Active([6], -2.1, -0.7, -0.1, 0.1, 0.4, 3)),
        new(Sign.Instance, Active([6], -2.1, -0.7, -0.1, 0.1, 0.4, 3)),
        new(StopGradient.Instance, Constant([3], -1, 0, 2)),
        new(new NumberPower(3), Active([2, 3])),
        new(new NumberPower(0), Active([2, 3])),
        new(new NumberPower(-2), Active([3], low: 0.5)),
        new(new NumberPower(1.5), Active([2, 3], low: 0.5)),
        new(Power.Instance, Active([2, 3], low: 0.5), Active([2, 3], seed: 2)),
        new(Power.Instance, Active([4]), Constant([4], 3, 2, 1, 4)),
        new(Maximum.Instance, Active([2, 3]), Active([2, 3], seed: 4)),
        new(Hyperdiff.Primitives.Minimum.Instance, Active([2, 3]), Active([2, 3], seed: 4)),
        new(new Hyperdiff.Primitives.Convert(DType.Float32), Active([2, 3])),
        new(new Hyperdiff.Primitives.Convert(DType.Float64), Active([2, 3])),
        new(new Hyperdiff.Primitives.Convert(DType.Int32), Constant([4], -1.5, 0.2, 2, 3.9)),
        new(new Hyperdiff.Primitives.Convert(DType.Bool), Constant([3], -1.5, 0, 2)),
        new(new Hyperdiff.Primitives.Convert(DType.Float64), Mask([3], true, false, true)),
    ];

    private static IEnumerable<PrimitiveCase> Masks() =>
    [
        new(Less.Instance, Active([3], -1, 0, 2), Active([3], 1, -1, 3)),
        new(LessOrEqual.Instance, Active([3], -1, 0, 2), Active([3], 1, -1, 3)),
        new(LessOrEqual.Instance, Integers([3], 1, 2, 3), Integers([3], 3, 2, 1)),
        new(Equal.Instance, Active([3], -1, 0, 2), Active([3], 1, -1, 3)),
        new(Equal.Instance, Integers([3], 1, 2, 3), Integers([3], 3, 2, 1)),
        new(Equal.Instance, Mask([2], true, false), Mask([2], true, true)),
        new(And.Instance, Mask([4], true, true, false, false), Mask([4], true, false, true, false)),
        new(Or.Instance, Mask([4], true, true, false, false), Mask([4], true, false, true, false)),
        new(Not.Instance, Mask([2], true, false)),
        new(IsFinite.Instance, Constant([4], 1, double.NaN, double.NegativeInfinity, 0)),
        new(Where.Instance, Mask([4], true, false, false, true), Active([4]), Active([4], seed: 2)),
        new(Where.Instance, Mask([2], true, false), Mask([2], true, true), Mask([2], true, false)),
        new(Where.Instance, Mask([2], true, false), Integers([2], 1, 2), Integers([2], 3, 4)),
    ];

    private static IEnumerable<PrimitiveCase> Shaping() =>
    [
        new(new BroadcastTo([2, 3, 4]), Active([3, 1])),
        new(new BroadcastTo([2, 0]), Active([])),
        new(new Reshape([3, 2]), Active([2, 3])),
        new(new Permute([2, 0, 1]), Active([2, 3, 4])),
        new(new Slice([1, 2], [2, 1], [1, 1]), Active([3, 4])),
        new(new Slice([0, 3], [2, 2], [2, -2]), Active([3, 4])),
        new(new Slice([1, 0], [0, 4], [1, 1]), Active([3, 4])),
        new(new Slice([1], [2], [2]), Integers([4], 5, 6, 7, 8)),
        new(new Pad([5, 4], [1, 3], [2, -1]), Active([2, 3])),
        new(new Pad([3], [1], [1]), Mask([1], true)),
        new(new Band(-1, 0), Active([2, 3, 4])),
        new(new Band(1, int.MaxValue), Active([3, 3])),
        new(new Band(int.MinValue, -1), Integers([2, 2], 1, 2, 3, 4)),
        new(new Windows([2], [3], [1], [1]), Active([2, 4])),
        new(new Windows([2], [2], [2], [3]), Active([6])),
        new(new Windows([2, 1], [2, 3], [1, 2], [1, 1]), Active([2, 3, 6])),
        new(new Windows([1, 1, 2], [1, 2, 1], [1, 1, 1], [1, 1, 2]), Active([1, 2, 3])),
        new(new Windows([2], [0], [1], [1]), Active([3, 4])),
        new(new Windows([1], [1], [1], [1]), Mask([1], true)),
        new(new Windows([2], [2], [1], [1]), Integers([3], 5, 6, 7)),
        new(new OverlapAdd([4], [1], [1]), Active([2, 2, 3])),
        new(new OverlapAdd([6], [2], [3]), Active([2, 2])),
        new(new OverlapAdd([3, 6], [1, 2], [1, 1]), Active([2, 2, 1, 2, 3])),
        new(new OverlapAdd([1, 2, 3], [1, 1, 1], [1, 1, 2]), Active([1, 1, 2, 1, 2, 1])),
        new(new OverlapAdd([4], [1], [1]), Active([3, 2, 0])),
        new(new OverlapAdd([0], [1], [1]), Active([2, 0])),
        new(new Concat(1), Active([2, 1]), Active([2, 3], seed: 2), Active([2, 0])),
        new(new Concat(0), Integers([2], 1, 2), Integers([1], 3)),
    ];

    private static IEnumerable<PrimitiveCase> Indexing() =>
    [
        new(new Take(0), Active([3, 2]), Integers([4], 2, 0, 2, 1)),
        new(new Take(1), Active([2, 3, 2]), Integers([2, 2], 0, 0, 2, 1)),
        new(new Take(2, 1), Active([2, 3, 4]), Integers([2, 2], 3, 0, 1, 1)),
        new(new Take(1, 1), Active([3, 2]), Integers([3], 1, 0, 1)),
        new(new ScatterAdd(0, 3), Active([4, 2]), Integers([4], 2, 0, 2, 2)),
        new(new ScatterAdd(1, 3), Active([2, 2, 2, 2]), Integers([2, 2], 0, 0, 2, 1)),
        new(new ScatterAdd(2, 4, 1), Active([2, 3, 2]), Integers([2, 2], 3, 0, 1, 1)),
        new(new OneHot(3, DType.Float64), Integers([4], 2, 0, 2, 1)),
        new(new OneHot(2, DType.Bool), Integers([], 1)),
    ];

    private static IEnumerable<PrimitiveCase> Reductions() =>
    [
        new(new Sum([0, 2]), Active([2, 3, 4])),
        new(new Sum([]), Active([2, 3])),
        new(new Sum([0]), Active([0, 3])),
        new(new Sum([1]), Active([3, 1])),
        new(new EuclideanNorm([0, 2]), Active([2, 3, 4])),
        new(new EuclideanNorm([0]), Active([0, 3])),
        new(new EuclideanNorm([1]), Active([3, 1])),
        new(new PowerNorm(3, [0, 2]), Active([2, 2, 2], 0.5, -0.7, 0.9, -1.3, 0.6, 1.1, -0.4, 0.8)),
        new(new PowerNorm(1.5, [1]), Active([2, 3], 0.5, -0.7, 0.9, -1.3, 0.6, 1.1)),
        new(new OffsetNorm([0, 2], 0.3), Active([2, 3, 4])),
        new(new OffsetNorm([0], 20), Active([3], 0, 0, 0)),
        new(new Softmax(1), Active([2, 3, 2])),
        new(new LogSoftmax(0), Active([3, 2])),
        new(new LogSoftmax(0), Active([1])),
        new(new LogSumExp(1), Active([2, 3, 2])),
        new(new Max([0, 2]), Active([2, 3, 2])),
        new(new Max([]), Active([3])),
        new(new Min([1]), Active([2, 3])),
        new(new Min([0]), Active([1])),
        new(new Max([1]), Integers([2, 3], 4, 7, 7, -1, -5, 0)),
        new(new Min([0, 1]), Integers([2, 3], 4, 7, 7, -1, -5, 0)),
        new(new LinearRecurrence(1), Active([2, 3, 2]), Active([2, 3, 2], seed: 2)),
        new(new LinearRecurrence(0, Reverse: true), Active([4], 0, 0.5, 0, -1), Active([4], seed: 2)),
        new(new LinearRecurrence(0), Active([0]), Active([0])),
        new(new ArgSort(1), Active([2, 3, 2])),
        new(new ArgSort(0, Descending: true), Active([4])),
        new(new ArgMax(1), Active([2, 3, 2])),
        new(new ArgMin(0), Active([4])),
        new(new ArgSort(1), Integers([2, 3], 4, 7, 7, -1, -5, 0)),
        new(new ArgMax(1), Integers([2, 3], 4, 7, 7, -1, -5, 0)),
        new(new ArgMin(0), Integers([2, 3], 4, 7, 7, -1, -5, 0)),
    ];

    private static IEnumerable<PrimitiveCase> Contractions() =>
    [
        new(new MatMul(), Active([2, 3]), Active([3, 4], seed: 2)),
        new(new MatMul(TransposeLeft: true), Active([3, 2]), Active([3, 4], seed: 2)),
        new(new MatMul(TransposeRight: true), Active([2, 3]), Active([4, 3], seed: 2)),
        new(new MatMul(true, true), Active([2, 3, 2]), Active([2, 4, 3], seed: 2)),
        new(new MatMul(), Active([2, 0]), Active([0, 3])),
        new(new SparseMatMul(4), Active([5]), Integers([5], 3, 0, 1, 0, 3), Ordered([4], 0, 2, 2, 5), Active([4, 2], seed: 2)),
        new(new SparseMatMul(4, Transposed: true), Active([5]), Integers([5], 3, 0, 1, 0, 3), Ordered([4], 0, 2, 2, 5), Active([3, 1], seed: 2)),
        new(new SparseMatMul(3), Active([2, 3]), Integers([3], 2, 2, 0), Ordered([3], 0, 1, 3), Active([2, 3, 1], seed: 2)),
        new(new SparseMatMul(2, Transposed: true), Active([2, 3]), Integers([2, 3], 1, 0, 0, 0, 1, 1), Ordered([2, 3], 0, 0, 3, 0, 2, 3),
            Active([2, 2, 2], seed: 2)),
        new(new SparseMatMul(2), Active([0]), Integers([0]), Ordered([3], 0, 0, 0), Active([2, 3])),
        new(new SparseMatMul(1), Active([0]), Integers([0]), Ordered([1], 0), Active([1, 1])),
        new(new SampledMatMul(), Active([3, 2]), Integers([5], 3, 0, 1, 0, 3), Ordered([4], 0, 2, 2, 5), Active([4, 2], seed: 2)),
        new(new SampledMatMul(), Active([2, 2, 1]), Integers([2, 3], 1, 0, 0, 0, 1, 1), Ordered([2, 3], 0, 0, 3, 0, 2, 3), Active([2, 2, 1], seed: 2)),
        new(new SampledMatMul(), Active([2, 0]), Integers([2], 1, 0), Ordered([3], 0, 1, 2), Active([3, 0])),

        // a plain product that is not a number, so that each element is computed without the terms that are left out
        new(new MaskedContraction(new MatMul(), true, false), NoNumbers([2, 4]), Active([2, 3]), Active([3, 4], seed: 2),
            Mask([2, 3], true, false, true, false, false, true)),
        new(new MaskedContraction(new MatMul(true, true), false, true), NoNumbers([2, 4]), Active([3, 2]), Active([4, 3], seed: 2),
            Mask([4, 3], true, false, true, false, false, true, true, true, true, false, false, false)),
        new(new MaskedContraction(new MatMul(TransposeRight: true), true, true), NoNumbers([2, 1]), Active([2, 2]), Active([1, 2], seed: 2),
            Mask([2, 2], true, false, true, true), Mask([1, 2], true, true)),
        new(
            new MaskedContraction(new SparseMatMul(4), true, true),
            NoNumbers([3, 2]),
            Active([5]),
            Integers([5], 3, 0, 1, 0, 3),
            Ordered([4], 0, 2, 2, 5),
            Active([4, 2], seed: 2),
            Mask([5], true, false, true, true, true),
            Mask([4, 2], true, false, true, true, false, false, true, true)),
        new(new MaskedContraction(new SampledMatMul(), false, true), NoNumbers([5]), Active([3, 2]), Integers([5], 3, 0, 1, 0, 3), Ordered([4], 0, 2, 2, 5),
            Active([4, 2], seed: 2), Mask([4, 2], true, false, true, true, false, false, true, true)),
    ];

    private static OperandSample NoNumbers(Shape shape) => Constant(shape, [.. Enumerable.Repeat(double.NaN, shape.ElementCount)]);
}
