using System.Collections.Frozen;
using Hyperdiff.Decompositions;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.TorchSharp.Kernels;

/// <summary>Which primitives libtorch computes.</summary>
internal static class KernelTable
{
    private static readonly FrozenDictionary<Type, TorchKernel> s_kernels = new IEnumerable<KeyValuePair<Type, TorchKernel>>[]
    {
        SourceKernels.All, ElementwiseKernels.All, ChoiceKernels.All, SpecialFunctionKernels.All, RearrangingKernels.All, IndexingKernels.All,
        ReductionKernels.All, ContractionKernels.All, RandomKernels.All, MatrixKernels.All,
    }.SelectMany(lines => lines).ToFrozenDictionary();

    /// <summary>What is copied to the host instead, and why.</summary>
    public static FrozenDictionary<Type, string> Copied { get; } = new Dictionary<Type, string>
    {
        [typeof(EigenTangent)] = Derivative,
        [typeof(SingularTangent)] = Derivative,
        [typeof(DividedDifferences)] = Derivative,
        [typeof(GapQuotients)] = Derivative,
        [typeof(ReciprocalGaps)] = Derivative,
        [typeof(RotationPullback)] = Derivative,
        [typeof(TieDirections)] = Derivative,
        [typeof(SpectralMatrix)] = Derivative,
        [typeof(SingularMatrix)] = Derivative,
        [typeof(Cofactors)] = "the cofactors of a singular matrix come from a factorization with pivots in rows and columns, which libtorch lacks",
    }.ToFrozenDictionary();

    /// <summary>Whether a result may lie in memory of an operand: what strides alone show, and what has nothing to do.</summary>
    public static bool Shares(Primitive primitive) => primitive is Reshape or BroadcastTo or Permute or Slice or Windows or StopGradient or MaskedContraction;

    private const string Derivative = "derivatives of eigenvalues and singular values go by which of them are equal, one matrix after the other";

    /// <summary>The kernel of a primitive; null if there is none.</summary>
    public static TorchKernel? Find(Primitive primitive) => Find(primitive.GetType());

    /// <inheritdoc cref="Find(Primitive)"/>
    public static TorchKernel? Find(Type primitive) => s_kernels.GetValueOrDefault(primitive);
}
