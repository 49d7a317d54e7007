using System.Numerics;
using Hyperdiff.Backends.Cpu.Tiles;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Runtime = System.Numerics.Tensors.TensorPrimitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The kernels of the elementwise primitives: one line each. A primitive without a line runs by its definition, slower but right.</summary>
/// <remarks>
/// A kernel must agree with the definition to a few units in the last place over all inputs, infinities, NaN, denormals and the sign of zero included, and
/// must give an element the same bits wherever in a span it stands. The tests run over the table. Of the runtime's vectorized functions, <c>Tanh</c>,
/// <c>Sinh</c>, <c>ExpM1</c> and <c>LogP1</c> do not qualify: they lose all accuracy near 0.
/// </remarks>
internal static class ElementwiseKernels
{
    private static readonly Dictionary<Type, (TileKernel Double, TileKernel Single)> s_kernels = new()
    {
        [typeof(Add)] = Arithmetic<Addition>(),
        [typeof(Subtract)] = Arithmetic<Subtraction>(),
        [typeof(Multiply)] = Arithmetic<Multiplication>(),
        [typeof(Divide)] = Arithmetic<Division>(),
        [typeof(Negate)] = Vectorized<NegateFunction>(),
        [typeof(Exp)] = Vectorized<ExpFunction>(),
        [typeof(Log)] = Vectorized<LogFunction>(),
        [typeof(Tanh)] = Vectorized<TanhFunction>(),
        [typeof(Sigmoid)] = Vectorized<SigmoidFunction>(),
        [typeof(SechSquared)] = Vectorized<SechSquaredFunction>(),
        [typeof(Softplus)] = Vectorized<SoftplusFunction>(),
        [typeof(Silu)] = Vectorized<SiluFunction>(),
        [typeof(SiluSlope)] = Vectorized<SiluSlopeFunction>(),
        [typeof(Expm1)] = Vectorized<Expm1Function>(),
        [typeof(Log1p)] = Vectorized<Log1pFunction>(),
        [typeof(Sin)] = Widened<SinFunction>(),
        [typeof(Cos)] = Widened<CosFunction>(),
        [typeof(Tan)] = Widened<TanFunction>(),
        [typeof(Asin)] = Vectorized<AsinFunction>(),
        [typeof(Acos)] = Vectorized<AcosFunction>(),
        [typeof(Atan)] = Widened<AtanFunction>(),
        [typeof(Atan2)] = WidenedOfTwo<Atan2Function>(InDoubleMapOfTwo<Atan2Function>.Apply, InDoubleMapOfTwo<Atan2Function>.Apply),
        [typeof(Sinh)] = Widened<SinhFunction>(),
        [typeof(Cosh)] = Widened<CoshFunction>(),
        [typeof(Gaussian)] = Vectorized<GaussianOfEither>(),
        [typeof(Erf)] = Widened<ErfFunction>(),
        [typeof(Erfc)] = Vectorized<ComplementaryErrorFunction>(),
        [typeof(Gelu)] = Vectorized<GeluFunction>(),
        [typeof(GeluSlope)] = Vectorized<GeluSlopeFunction>(),
        [typeof(Sqrt)] = Vectorized<SqrtFunction>(),
        [typeof(Abs)] = Vectorized<AbsFunction>(),
        [typeof(Sign)] = Vectorized<SignFunction>(),
        [typeof(OneMinusSquare)] = Vectorized<OneMinusSquareFunction>(),
        [typeof(StopGradient)] = (Unary<double>((x, y) => x.CopyTo(y)), Unary<float>((x, y) => x.CopyTo(y))),
        [typeof(Power)] = WidenedOfTwo<PowerFunction>(PowersOfNumber.Apply, PowersOfNumber.Apply),
        [typeof(Hypot)] = VectorizedOfTwo<HypotFunction>(),
        [typeof(Cosine)] = VectorizedOfTwo<CosineFunction>(),
        [typeof(BinaryCrossEntropy)] = VectorizedOfTwo<BinaryCrossEntropyFunction>(),
        [typeof(BinaryCrossEntropySlope)] = VectorizedOfTwo<BinaryCrossEntropySlopeFunction>(),
        [typeof(Maximum)] = (Commutative<double>(Runtime.Max, Runtime.Max), Commutative<float>(Runtime.Max, Runtime.Max)),
        [typeof(Minimum)] = (Commutative<double>(Runtime.Min, Runtime.Min), Commutative<float>(Runtime.Min, Runtime.Min)),
    };

    /// <summary>The primitives that have a kernel here.</summary>
    public static IEnumerable<Type> Covered => s_kernels.Keys;

    /// <summary>The kernel of a primitive for element types of operands and result; null if there is none.</summary>
    public static TileKernel? Find(Operation operation, ReadOnlySpan<DType> operands, DType result) =>
        result.IsFloating() && !operands.ContainsAnyExcept(result) && OfNumbers(operation) is { } kernels
            ? result == DType.Float64 ? kernels.Double : kernels.Single
            : operation is Primitives.Convert && ConvertKernels.Find(operands[0], result) is { } convert ? convert
            : MaskKernels.Find(operation, operands, result);

    private static (TileKernel Double, TileKernel Single)? OfNumbers(Operation operation) => operation is NumberPower power
        ? (new NumberPowerKernel<double>(power.Exponent), new NumberPowerKernel<float>(power.Exponent))
        : s_kernels.TryGetValue(operation.GetType(), out var kernels) ? kernels : null;

    private static (TileKernel Double, TileKernel Single) Vectorized<TFunction>()
        where TFunction : struct, IVectorFunction => (Unary<double>(VectorMap<TFunction>.Apply), Unary<float>(VectorMap<TFunction>.Apply));

    private static (TileKernel Double, TileKernel Single) Widened<TFunction>()
        where TFunction : struct, IDoubleFunction => (Unary<double>(InDoubleMap<TFunction>.Apply), Unary<float>(InDoubleMap<TFunction>.Apply));

    private static (TileKernel Double, TileKernel Single) WidenedOfTwo<TFunction>(LeftScalarMap<float> leftSingle, LeftScalarMap<double> left)
        where TFunction : struct, IDoubleFunctionOfTwo => (
            Binary<double>(InDoubleMapOfTwo<TFunction>.Apply, InDoubleMapOfTwo<TFunction>.Apply, left),
            Binary<float>(InDoubleMapOfTwo<TFunction>.Apply, InDoubleMapOfTwo<TFunction>.Apply, leftSingle));

    private static (TileKernel Double, TileKernel Single) Arithmetic<TOperation>()
        where TOperation : struct, IArithmetic => (
            Binary<double>(ArithmeticKernels<TOperation>.Apply, ArithmeticKernels<TOperation>.Apply, ArithmeticKernels<TOperation>.Apply),
            Binary<float>(ArithmeticKernels<TOperation>.Apply, ArithmeticKernels<TOperation>.Apply, ArithmeticKernels<TOperation>.Apply));

    private static (TileKernel Double, TileKernel Single) VectorizedOfTwo<TFunction>()
        where TFunction : struct, IVectorFunctionOfTwo => (
            Binary<double>(VectorMapOfTwo<TFunction>.Apply, VectorMapOfTwo<TFunction>.Apply, VectorMapOfTwo<TFunction>.Apply),
            Binary<float>(VectorMapOfTwo<TFunction>.Apply, VectorMapOfTwo<TFunction>.Apply, VectorMapOfTwo<TFunction>.Apply));

    private static UnaryKernel<T> Unary<T>(UnaryMap<T> map)
        where T : unmanaged => new(map);

    private static BinaryKernel<T> Binary<T>(BinaryMap<T> map, RightScalarMap<T> rightScalar, LeftScalarMap<T> leftScalar)
        where T : unmanaged, INumberBase<T> => new(map, rightScalar, leftScalar);

    // takes its number from either side
    private static BinaryKernel<T> Commutative<T>(BinaryMap<T> map, RightScalarMap<T> scalar)
        where T : unmanaged, INumberBase<T> => new(map, scalar, (x, y, z) => scalar(y, x, z));
}
