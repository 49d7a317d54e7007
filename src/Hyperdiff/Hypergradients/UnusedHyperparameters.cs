using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Finds the leaves of λ that neither the inner problem nor the outer objective depends on.</summary>
internal static class UnusedHyperparameters
{
    /// <summary>One warning per leaf.</summary>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="outer">For every active leaf, whether F depends on it.</param>
    /// <param name="inner">For every active leaf, whether the inner problem depends on it.</param>
    public static IEnumerable<HypergradientWarning> Find(FlatTree hyper, ImmutableArray<bool> outer, ImmutableArray<bool> inner) => hyper.Leaves
        .Where(leaf => leaf.IsActive)
        .Where((_, i) => !outer[i] && !inner[i])
        .Select(leaf => new HypergradientWarning(
            WarningKind.UnusedHyperparameter,
            $"{leaf.Name} is used neither by the inner problem nor by the outer objective; its gradient is structurally zero"));

    /// <summary>One note per leaf that is used and has a derivative of exactly zero all the same: of F, and of what determines the inner solution, whatever the
    /// adjoint.</summary>
    /// <remarks>Where the adjoint is zero, or orthogonal to what a leaf does, a gradient is zero for good reason: that is told apart by one more product, with
    /// other numbers, which only a gradient of zeros takes.</remarks>
    /// <param name="parts">The hypergradient.</param>
    /// <param name="used">Whether each active leaf is used.</param>
    /// <param name="product">From leaves like those of the state to the indirect part that they make.</param>
    /// <param name="state">Leaves like the active ones of the state.</param>
    public static IEnumerable<HypergradientWarning> WithoutEffect(
        HypergradientParts parts, ImmutableArray<bool> used, Func<Tensor[], Tensor[]> product, Tensor[] state)
    {
        (Tensor[] direct, Tensor[] indirect) = (parts.Direct, parts.Indirect);
        bool[] zero = [.. used.Select((isUsed, i) => isUsed && direct[i].Count > 0 && IsZero(direct[i]) && IsZero(indirect[i]))];
        if (!zero.Contains(true))
        {
            return [];
        }

        // numbers of one sign and no regularity, so that nothing cancels by chance
        Tensor[] other = [.. state.Select(leaf => (Tensor.Arange(leaf.Count).To(leaf.DType).Square().Sin() + 2).Reshape(leaf.Shape))];
        Tensor[] probed = product(other);
        return parts.Point.Hyper.Leaves.Where(leaf => leaf.IsActive).Where((_, i) => zero[i] && IsZero(probed[i])).Select(leaf => new HypergradientWarning(
            WarningKind.ZeroDerivative,
            $"{leaf.Name} is used, but at this point nothing changes with it: every derivative in it is exactly zero, as by a factor of zero, a choice that "
                + $"does not take it, or a stationary value"));
    }

    /// <summary>The same for steps of a map, the first of which is asked.</summary>
    public static IEnumerable<HypergradientWarning> WithoutEffect(
        HypergradientParts parts, ImmutableArray<bool> used, InnerProblem steps, BilevelPoint start)
    {
        return WithoutEffect(parts, used, Back, start.State.ActiveTensors);

        Tensor[] Back(Tensor[] cotangent)
        {
            InnerProblem first = steps.At(start.State.Tensors);
            var map = LinearMap.At(Subgraph.Outputs(first.Graph, ..first.States), [.. start.State.Tensors, .. first.Parameters], start.HyperInputs);
            return map.ApplyTransposed(first.Replace([.. map.Outputs.Select(Tensor.ZerosLike)], cotangent)).EnsureConverged("A step of an inner solve");
        }
    }

    // where a gradient is there, its first elements tell
    private static bool IsZero(Tensor tensor) => tensor switch
    {
        { Storage: UniformStorage uniform } => uniform.Value == 0,
        _ when Placement.OwnerOf(tensor.Storage) is not null => !tensor.NotEqual(0).Any().IsTrue,
        { DType: DType.Float32 } => tensor.AsSpan<float>().IndexOfAnyExcept(0) < 0,
        _ => tensor.AsSpan<double>().IndexOfAnyExcept(0) < 0,
    };

    /// <summary>For every active leaf of λ, whether a trajectory of the map depends on it.</summary>
    /// <param name="problem">The map.</param>
    /// <param name="hyper">The positions of the active leaves of λ among the inputs.</param>
    /// <param name="steps">How many steps are differentiated; after none, nothing is used.</param>
    public static ImmutableArray<bool> UsedBySteps(InnerProblem problem, Axes hyper, int steps) => steps == 0
        ? [.. hyper.Items.Select(_ => false)]
        : Linearization.Of(Subgraph.Outputs(problem.Graph, ..problem.States),
            [.. problem.Active.Items, .. hyper.Items]).Transposed.Reached[problem.Active.Count..];
}
