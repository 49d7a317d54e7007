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

    /// <summary><c>ẏ = J ẋ</c>: one tangent per active input; one result per output, null where structurally zero.</summary>
    public (Tensor?[] Tangents, ImmutableArray<SolveReport> Reports) Apply(ReadOnlySpan<Tensor> tangents)
    {
        GraphResult result = _linearized.Tangent.Call([.. _residuals, .. tangents]);
        var outputs = new Tensor?[_linearized.OutputCount];
        for (int i = 0; i < _linearized.ActiveOutputs.Length; i++)
        {
            outputs[_linearized.ActiveOutputs[i]] = result.Outputs[i];
        }

        return (outputs, result.Reports);
    }

    /// <summary><c>x̄ = Jᵀ ȳ</c>: one cotangent per output (those of structurally constant outputs are ignored); one result per active input.</summary>
    public GraphResult ApplyTransposed(ReadOnlySpan<Tensor> cotangents)
    {
        var operands = new Tensor[_residuals.Length + _linearized.ActiveOutputs.Length];
        _residuals.CopyTo(operands, 0);
        for (int i = 0; i < _linearized.ActiveOutputs.Length; i++)
        {
            operands[_residuals.Length + i] = cotangents[_linearized.ActiveOutputs[i]];
        }

        TransposedGraph transposed = _linearized.Transposed;
        GraphResult result = transposed.Graph.Call(operands);
        Tensor[] cotangentsOfInputs = [.. result.Outputs.Select((output, i) => transposed.Reached[i] ? output : Tensor.ZerosLike(output))];
        return result with { Outputs = cotangentsOfInputs };
    }
}
