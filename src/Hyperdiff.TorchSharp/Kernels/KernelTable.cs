using System.Collections.Frozen;
using Hyperdiff.Graphs;

namespace Hyperdiff.TorchSharp.Kernels;

/// <summary>Which primitives libtorch computes.</summary>
internal static class KernelTable
{
    private static readonly FrozenDictionary<Type, TorchKernel> s_kernels = new IEnumerable<KeyValuePair<Type, TorchKernel>>[]
    {
        SourceKernels.All, ElementwiseKernels.All, ChoiceKernels.All, SpecialFunctionKernels.All, RearrangingKernels.All, IndexingKernels.All, ReductionKernels.All,
        ContractionKernels.All, RandomKernels.All,
    }.SelectMany(lines => lines).ToFrozenDictionary();

    /// <summary>The kernel of a primitive; null if there is none.</summary>
    public static TorchKernel? Find(Primitive primitive) => s_kernels.GetValueOrDefault(primitive.GetType());
}
