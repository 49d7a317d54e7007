using System.Collections.Immutable;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Warnings about kinks exactly where a hypergradient was taken.</summary>
internal static class KinkWarnings
{
    /// <summary>One per operation and place.</summary>
    /// <param name="function">What they are kinks of.</param>
    /// <param name="kinks">The kinks.</param>
    public static IEnumerable<HypergradientWarning> Of(string function, ImmutableArray<Kink> kinks) => kinks.Select(kink => new HypergradientWarning(
        WarningKind.Kink,
        $"{kink}, in {function}: the derivative there is what the operation documents, and those that follow from it may not exist, or be other than it says; "
            + $"move the point, or write {function} without the kink"));

    /// <summary>Those of an inner problem at a state: of what its condition is made of, f for a minimum.</summary>
    /// <param name="name">The name of the function.</param>
    /// <param name="solver">Tells a minimum, of which the first output counts, from maps and conditions.</param>
    /// <param name="problem">The problem, its graph valid at the state.</param>
    /// <param name="point">w and λ.</param>
    public static IEnumerable<HypergradientWarning> Of(string name, InnerSolver solver, InnerProblem problem, BilevelPoint point) =>
        Of(name, At(solver, problem, point));

    /// <summary>The kinks of an inner problem at a state.</summary>
    public static ImmutableArray<Kink> At(InnerSolver solver, InnerProblem problem, BilevelPoint point) =>
        At(problem, solver is Minimizer ? 1 : problem.States, point.State.Tensors, point.HyperInputs);

    /// <summary>The kinks of a step of a map from an iterate.</summary>
    public static ImmutableArray<Kink> OfStep(InnerProblem problem, Tensor[] iterate, Axes hyper) => At(problem.At(iterate), problem.States, iterate, hyper);

    /// <summary>Those of several steps of a map together.</summary>
    public static IEnumerable<HypergradientWarning> OfSteps(string name, IEnumerable<Kink> kinks) => Of(
        name, [.. kinks.GroupBy(kink => kink.Place).Select(place => new Kink(place.Key, place.Sum(kink => kink.Count), place.Sum(kink => kink.Elements)))]);

    private static ImmutableArray<Kink> At(InnerProblem problem, int outputs, Tensor[] state, Axes hyper) => KinkSearch.IsSmooth(problem.Graph)
        ? []
        : KinkSearch.Of(Subgraph.Outputs(problem.Graph, ..outputs), [.. problem.Active.Items, .. hyper.Items]).At([.. state, .. problem.Parameters]);
}
