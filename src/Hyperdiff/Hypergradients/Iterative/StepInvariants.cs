using System.Collections.Immutable;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>What all steps of a map share, m(λ), as far as it depends on the hyperparameters: <c>Φ(w, λ) = G(w, λ, m(λ))</c>.</summary>
/// <remarks>Its derivative is taken once, of a direction or of the sum of all steps' cotangents, and not in every step.</remarks>
internal sealed class StepInvariants
{
    private const string What = "What the steps of an inner problem share";

    private readonly LinearMap? _map;
    private readonly Axes _reached;

    private StepInvariants(LinearMap? map, Axes reached, Axes inputs) => (_map, _reached, Inputs) = (map, reached, inputs);

    /// <summary>The positions of m among the inputs of G.</summary>
    public Axes Inputs { get; }

    /// <summary>Takes them from a problem.</summary>
    /// <param name="inner">The map Φ(w, λ).</param>
    /// <param name="hyper">The positions of the active leaves of λ among the inputs of Φ.</param>
    public static StepInvariants Of(InnerProblem inner, Axes hyper)
    {
        Axes parameters = [.. hyper.Items.Select(input => input - inner.States)];
        if (inner.Invariants.Before is not { } before || Linearization.Of(before, parameters).ActiveOutputs is not { Length: > 0 } reached)
        {
            return new StepInvariants(null, [], []);
        }

        var map = LinearMap.At(before, inner.Parameters, parameters);
        SolveException.ThrowUnlessConverged(What, map.Reports);
        return new StepInvariants(map, [.. reached], [.. reached.Select(output => inner.Graph.Inputs.Length + output)]);
    }

    /// <summary>(∂m/∂λ) λ̇.</summary>
    public Tensor[] Tangent(Tensor[] direction)
    {
        if (_map is null)
        {
            return [];
        }

        (Tensor?[] tangents, ImmutableArray<SolveReport> reports) = _map.Apply(direction);
        SolveException.ThrowUnlessConverged(What, reports);
        return [.. _reached.Items.Select(output => tangents[output]!)];
    }

    /// <summary>λ̄ + (∂m/∂λ)ᵀ m̄.</summary>
    /// <param name="toHyper">λ̄.</param>
    /// <param name="toShared">m̄.</param>
    public Tensor[] Cotangent(Tensor[] toHyper, Tensor[] toShared)
    {
        if (_map is null)
        {
            return toHyper;
        }

        Tensor[] cotangents = LeafVector.Zeros(_map.Outputs.Select(output => output.Type));
        for (int i = 0; i < toShared.Length; i++)
        {
            cotangents[_reached[i]] = toShared[i];
        }

        return (new LeafVector(toHyper) + _map.ApplyTransposed(cotangents).EnsureConverged(What)).Leaves;
    }
}
