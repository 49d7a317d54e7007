using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>The derivative of a function at a point: applied to as many tangents and cotangents as wanted, without computing the function again.</summary>
/// <remarks>Over the leaves that are differentiated in. The residuals were computed once; both directions share them.</remarks>
internal sealed class LinearMap
{
    private readonly LinearizedGraph _linearized;
    private readonly Tensor[] _residuals;

    private LinearMap(LinearizedGraph linearized, Tensor[] residuals, Tensor[] outputs, ImmutableArray<SolveReport> reports) =>
        (_linearized, _residuals, Outputs, Reports) = (linearized, residuals, outputs, reports);

    /// <summary>The value of the function at the point.</summary>
    public Tensor[] Outputs { get; }

    /// <summary>The reports of the solves within the function; empty inside a trace, which then carries them.</summary>
    public ImmutableArray<SolveReport> Reports { get; }

    /// <summary>The linearized graph behind the map.</summary>
    public LinearizedGraph Linearized => _linearized;

    /// <summary>The residuals of this point.</summary>
    public ReadOnlySpan<Tensor> Residuals => _residuals;

    /// <summary>Linearizes a graph at a point, in some of its inputs.</summary>
    public static LinearMap At(Graph graph, ReadOnlySpan<Tensor> point, Axes active)
    {
        LinearizedGraph linearized = Linearization.Of(graph, active);
        GraphResult result = linearized.Primal.Call(point);
        return new LinearMap(linearized, result.Outputs[linearized.OutputCount..], result.Outputs[..linearized.OutputCount], result.Reports);
    }

    /// <summary>A linearized graph at the inputs of a trace that takes its primal part as it is.</summary>
    public static LinearMap Within(Trace trace, LinearizedGraph linearized)
    {
        Tensor[] outputs = trace.TakeAll(linearized.Primal).Outputs;
        return new LinearMap(linearized, outputs[linearized.OutputCount..], outputs[..linearized.OutputCount], []);
    }

    /// <summary><c>ẏ = J ẋ</c>: one tangent per active input; one result per output, null where structurally zero.</summary>
    public (Tensor?[] Tangents, ImmutableArray<SolveReport> Reports) Apply(ReadOnlySpan<Tensor> tangents)
    {
        GraphResult result = _linearized.Tangent.Call([.. tangents, .. _residuals]);
        return (Placed(result.Outputs), result.Reports);
    }

    /// <summary><c>ẏ = J ẋ</c> for several tangents at once, stacked along a first axis; the results are stacked alike, null where structurally zero.</summary>
    /// <param name="tangents">One stack per active input.</param>
    /// <param name="count">How many there are.</param>
    public (Tensor?[] Tangents, ImmutableArray<SolveReport> Reports) ApplyToEach(ReadOnlySpan<Tensor> tangents, int count)
    {
        GraphResult result = OfEach(_linearized.Tangent, count).Call([.. tangents, .. _residuals]);
        return (Placed(result.Outputs), result.Reports);
    }

    /// <summary><c>x̄ = Jᵀ ȳ</c>: one cotangent per output (those of structurally constant outputs are ignored); one result per active input.</summary>
    public GraphResult ApplyTransposed(ReadOnlySpan<Tensor> cotangents)
    {
        TransposedGraph transposed = _linearized.Transposed;
        GraphResult result = transposed.Graph.Call([.. OfActiveOutputs(cotangents), .. _residuals]);
        return result with { Outputs = [.. result.Outputs.Select((output, i) => transposed.Reached[i] ? output : Tensor.ZerosLike(output))] };
    }

    /// <summary><c>x̄ = Jᵀ ȳ</c> for several cotangents at once, stacked along a first axis; the results are stacked alike.</summary>
    /// <param name="cotangents">One stack per output.</param>
    /// <param name="count">How many there are.</param>
    public GraphResult ApplyTransposedToEach(ReadOnlySpan<Tensor> cotangents, int count) =>
        OfEach(_linearized.Transposed.Graph, count).Call([.. OfActiveOutputs(cotangents), .. _residuals]);

    // all vectors share the residuals
    private Graph OfEach(Graph products, int count) =>
        Batching.Of(products, [.. products.Inputs.Select((_, i) => i < products.Inputs.Length - _residuals.Length)], count).Repeated;

    private Tensor?[] Placed(Tensor[] activeOutputs)
    {
        var outputs = new Tensor?[_linearized.OutputCount];
        for (int i = 0; i < activeOutputs.Length; i++)
        {
            outputs[_linearized.ActiveOutputs[i]] = activeOutputs[i];
        }

        return outputs;
    }

    private Tensor[] OfActiveOutputs(ReadOnlySpan<Tensor> cotangents)
    {
        var active = new Tensor[_linearized.ActiveOutputs.Length];
        for (int i = 0; i < active.Length; i++)
        {
            active[i] = cotangents[_linearized.ActiveOutputs[i]];
        }

        return active;
    }
}
