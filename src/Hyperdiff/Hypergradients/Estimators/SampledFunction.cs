using System.Collections.Immutable;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A function of a sample and λ, with its gradient in λ: traced once for all samples of the same shapes.</summary>
internal sealed class SampledFunction(IBoundFunction function, FlatTree hyper)
{
    private BoundGraph? _bound;
    private (TensorType[] Types, ImmutableArray<object> Statics) _traced = ([], []);

    /// <summary>For every active leaf of λ, whether the function depends on it; before the first sample, none.</summary>
    public ImmutableArray<bool> DependsOn => _bound is { } bound
        ? Linearization.Of(bound.Graph, bound.Hyper).Transposed.Reached : [.. hyper.Active.Select(_ => false)];

    /// <summary>The value, and the gradient in the active leaves of λ.</summary>
    public (double Value, Tensor[] Gradient) At(FlatTree sample)
    {
        BoundGraph bound = Bind(sample);
        Tensor[] outputs = Derivatives.Gradient(bound.Graph, bound.Hyper).Call(bound.Operands(sample.Tensors, hyper.Tensors)).EnsureConverged(function.Name);
        return (outputs[0].ToScalar(), outputs[bound.Graph.Outputs.Length..]);
    }

    private BoundGraph Bind(FlatTree sample)
    {
        TensorType[] types = [.. sample.Tensors.Select(leaf => leaf.Type)];
        if (_bound is null || !types.SequenceEqual(_traced.Types) || !sample.Statics.SequenceEqual(_traced.Statics))
        {
            _bound = function.Bind(sample, hyper, readable: false);
            _traced = (types, sample.Statics);
        }

        return _bound;
    }
}
