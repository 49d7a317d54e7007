using System.Collections.Immutable;

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
}
