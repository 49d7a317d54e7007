using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Minimum = Hyperdiff.Primitives.Minimum;

namespace Hyperdiff.DiffSharp;

/// <summary>Which primitives run as operations of DiffSharp's, and how; and why the others do not.</summary>
/// <remarks>
/// An operation is taken where it computes what the primitive means, in every digit that rounding leaves and at ±0, ±∞ and NaN, on DiffSharp's reference
/// backend by test and in libtorch by its documentation. Where it does not, a composition stands here, or nothing.
/// </remarks>
internal static class DiffSharpKernels
{
    private static readonly Dictionary<Type, Func<KernelCall, RawTensor>> s_kernels = new()
    {
        [typeof(Add)] = call => call.Add(call.X, call.Y),
        [typeof(Subtract)] = call => call.Subtract(call.X, call.Y),
        [typeof(Multiply)] = call => call.Multiply(call.X, call.Y),
        [typeof(Divide)] = call => call.Divide(call.X, call.Y),
        [typeof(Negate)] = call => call.Negate(call.X),
        [typeof(StopGradient)] = call => call.X,
        [typeof(Abs)] = call => call.Abs(call.X),
        [typeof(Exp)] = call => call.Exp(call.X),
        [typeof(Log)] = call => call.X.LogT(),
        [typeof(Log10)] = call => call.X.Log10T(),
        [typeof(Sqrt)] = call => call.X.SqrtT(),
        [typeof(Sin)] = call => call.X.SinT(),
        [typeof(Cos)] = call => call.X.CosT(),
        [typeof(Tan)] = call => call.X.TanT(),
        [typeof(Asin)] = call => call.X.AsinT(),
        [typeof(Acos)] = call => call.X.AcosT(),
        [typeof(Atan)] = call => call.X.AtanT(),
        [typeof(Sinh)] = call => call.X.SinhT(),
        [typeof(Cosh)] = call => call.X.CoshT(),
        [typeof(Tanh)] = call => call.X.TanhT(),
        [typeof(Floor)] = call => call.X.FloorT(),
        [typeof(Ceiling)] = call => call.X.CeilT(),
        [typeof(Round)] = call => call.X.RoundT(),
        [typeof(Truncate)] = Elementwise.Truncate,
        [typeof(Sign)] = Elementwise.Sign,
        [typeof(Power)] = call => call.X.PowTT(call.Y),
        [typeof(NumberPower)] = call => call.X.PowTT0(((NumberPower)call.Primitive).Exponent),
        [typeof(Maximum)] = Elementwise.Maximum,
        [typeof(Minimum)] = Elementwise.Minimum,
        [typeof(OneMinusSquare)] = Elementwise.OneMinusSquare,
        [typeof(SechSquared)] = Elementwise.SechSquared,
        [typeof(Sigmoid)] = call => call.X.SigmoidT(),
        [typeof(Log1p)] = call => Elementwise.Log1p(call, call.X),
        [typeof(Expm1)] = Elementwise.Expm1,
        [typeof(Softplus)] = Elementwise.Softplus,
        [typeof(Less)] = call => call.X.LtTT(call.Y),
        [typeof(LessOrEqual)] = call => call.X.LeTT(call.Y),
        [typeof(Equal)] = call => call.X.EqTT(call.Y),
        [typeof(And)] = Masks.And,
        [typeof(Or)] = Masks.Or,
        [typeof(Not)] = call => Masks.Not(call, call.X),
        [typeof(IsFinite)] = Masks.IsFinite,
        [typeof(Where)] = call => call.Select(call.X, call.Operands[1], call.Operands[2]),
        [typeof(Primitives.Convert)] = Masks.Convert,
        [typeof(Fill)] = Rearrangements.Fill,
        [typeof(Reshape)] = call => call.X.ViewT(call.Result.Shape.Sizes.ToArray()),
        [typeof(BroadcastTo)] = Rearrangements.BroadcastTo,
        [typeof(Permute)] = call => call.X.PermuteT([.. ((Permute)call.Primitive).Order.Items]),
        [typeof(Concat)] = call => call.X.CatTs(call.Operands, ((Concat)call.Primitive).Axis),
        [typeof(Slice)] = Rearrangements.Slice,
        [typeof(Pad)] = Rearrangements.ByNumber,
        [typeof(Band)] = Rearrangements.ByNumber,
        [typeof(Windows)] = Rearrangements.ByNumber,
        [typeof(OverlapAdd)] = Rearrangements.OverlapAdd,
        [typeof(Take)] = Rearrangements.Take,
        [typeof(OneHot)] = Rearrangements.OneHot,
        [typeof(Max)] = call => Reductions.Extremum(call, ((Max)call.Primitive).Reduced, (x, axis) => x.MaxReduceT(axis, true)),
        [typeof(Min)] = call => Reductions.Extremum(call, ((Min)call.Primitive).Reduced, (x, axis) => x.MinReduceT(axis, true)),
        [typeof(Sum)] = call => Reductions.Sum(call, call.X, ((Sum)call.Primitive).Reduced),
        [typeof(EuclideanNorm)] = Reductions.EuclideanNorm,
        [typeof(MatMul)] = Reductions.MatMul,
    };

    private const string Absent = "DiffSharp has no such function, and a composition of those that it has loses digits";
    private const string Places = "how many elements meet in one place depends on the indices";
    private const string Ties = "which of equal elements DiffSharp finds is not said";
    private const string Sparse = "DiffSharp has no sparse matrices";

    /// <summary>Why primitives have no kernel here: the CPU backend computes them, on copies. Functions of matrices are not listed one by one: DiffSharp has
    /// <c>solve</c>, <c>inv</c> and <c>det</c>, without a word where a matrix is singular.</summary>
    public static IReadOnlyDictionary<Type, string> Reasons { get; } = new Dictionary<Type, string>
    {
        [typeof(Acosh)] = Absent,
        [typeof(Asinh)] = Absent,
        [typeof(Atanh)] = Absent,
        [typeof(Atan2)] = Absent,
        [typeof(Hypot)] = Absent,
        [typeof(Cosine)] = Absent,
        [typeof(Cbrt)] = Absent,
        [typeof(Log2)] = Absent,
        [typeof(Modulo)] = Absent,
        [typeof(BinaryCrossEntropy)] = Absent,
        [typeof(BinaryCrossEntropySlope)] = Absent,
        [typeof(Erf)] = Absent,
        [typeof(Erfc)] = Absent,
        [typeof(ErfInv)] = Absent,
        [typeof(ErfcInv)] = Absent,
        [typeof(Gaussian)] = Absent,
        [typeof(Silu)] = Absent,
        [typeof(SiluSlope)] = Absent,
        [typeof(Gelu)] = Absent,
        [typeof(GeluSlope)] = Absent,
        [typeof(LogGamma)] = Absent,
        [typeof(Polygamma)] = Absent,
        [typeof(PowerNorm)] = Absent,
        [typeof(LinearRecurrence)] = "DiffSharp has no cumulative operations",
        [typeof(RandomBits)] = "DiffSharp has no operations on bits",
        [typeof(ScatterAdd)] = Places,
        [typeof(ArgSort)] = Ties,
        [typeof(ArgMax)] = Ties,
        [typeof(ArgMin)] = Ties,
        [typeof(SparseMatMul)] = Sparse,
        [typeof(SampledMatMul)] = Sparse,
        [typeof(MaskedContraction)] = "its products are computed element by element",
    };

    /// <summary>Whether primitives of a kind have a kernel here, for some operands.</summary>
    public static bool Has(Type primitive) => s_kernels.ContainsKey(primitive) || primitive.IsAssignableTo(typeof(Composite));

    /// <summary>The kernel for operands of these types; null if there is none.</summary>
    public static Func<KernelCall, RawTensor>? Find(Primitive primitive, ReadOnlySpan<TensorType> operands)
    {
        // DiffSharp's operations have each their own idea of what nothing is
        foreach (TensorType operand in operands)
        {
            if (operand.Shape.ElementCount == 0)
            {
                return null;
            }
        }

        return s_kernels.GetValueOrDefault(primitive.GetType()) is { } kernel && Fits(primitive, operands) ? kernel : null;
    }

    private static bool Fits(Primitive primitive, ReadOnlySpan<TensorType> operands) => primitive switch
    {
        // an exponent is one of the element type to DiffSharp
        NumberPower power => operands[0].DType == DType.Float64 || (float)power.Exponent == power.Exponent,

        // a number that int32 does not hold is an error, which only its reader can tell
        Primitives.Convert { Target: DType.Int32 } => operands[0].DType is DType.Int32 or DType.Bool,
        // nor is a result that it does not hold a number
        Add or Subtract or Multiply => operands[0].DType.IsFloating(),
        Less or LessOrEqual or Equal => operands[0].DType != DType.Bool,
        Fill fill => fill.Type.Shape.ElementCount > 0,
        Slice or Pad or BroadcastTo or Windows or OverlapAdd or OneHot => primitive.Infer(operands)[0].Shape.ElementCount > 0,
        _ => true,
    };
}
