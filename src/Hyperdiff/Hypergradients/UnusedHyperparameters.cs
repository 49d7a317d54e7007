using System.Collections.Immutable;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Finds the leaves of λ that neither the inner problem nor the outer objective depends on.</summary>
internal static class UnusedHyperparameters
{
    /// <summary>One warning per leaf.</summary>
    /// <param name="hyper">λ.</param>
    /// <param name="outer">For every active leaf, whether F depends on it.</param>
    /// <param name="inner">For every active leaf, whether the inner problem depends on it.</param>
    public static IEnumerable<HypergradientWarning> Find<THyper>(FlatTree<THyper> hyper, ImmutableArray<bool> outer, ImmutableArray<bool> inner) => hyper.Leaves
        .Where(leaf => leaf.IsActive)
        .Where((_, i) => !outer[i] && !inner[i])
        .Select(leaf => new HypergradientWarning(
            WarningKind.UnusedHyperparameter, $"{leaf.Name} is used neither by the inner problem nor by the outer objective; its gradient is structurally zero"));

    /// <summary>For every active leaf of λ, whether a trajectory of the map depends on it.</summary>
    /// <param name="problem">The map.</param>
    /// <param name="hyper">The positions of the active leaves of λ among the inputs.</param>
    /// <param name="steps">How many steps are differentiated; after none, nothing is used.</param>
    public static ImmutableArray<bool> UsedBySteps(InnerProblem problem, Axes hyper, int steps) => steps == 0
        ? [.. hyper.Items.Select(_ => false)]
        : Linearization.Of(Subgraph.Outputs(problem.Graph, ..problem.States), [.. problem.Active.Items, .. hyper.Items]).Transposed.Reached[problem.Active.Count..];
}
