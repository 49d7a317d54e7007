using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Which method applies to which kind of problem, and what to do instead: the one table behind the compiler's errors, the exceptions and
/// <see cref="BilevelProblem.Methods"/>.</summary>
internal static class Applicability
{
    /// <summary>The rows: a method, how it is made, and what to do instead by kind of problem, in their order; null where it applies.</summary>
    private static readonly (Type Method, ImmutableArray<string> Made, string?[] Cures)[] s_rows =
    [
        (typeof(ImplicitMethod), ["Hypergradient.Implicit", "Hypergradient.Phantom", "Hypergradient.OneStep"],
            [null, null, null, Cure.ImplicitOverSteps, Cure.Unsolved, Cure.OnlySamples, Cure.ImplicitOverResponse, Cure.OnlyValue]),
        (typeof(ReverseMethod), ["Hypergradient.Reverse", "Hypergradient.Maml"],
            [null, Cure.StepsOverMinimum, Cure.StepsOverRoot, null, Cure.Unsolved, Cure.OnlySamples, Cure.OnlyResponse, Cure.OnlyValue]),
        (typeof(ForwardMethod), ["Hypergradient.Forward"],
            [null, Cure.StepsOverMinimum, Cure.StepsOverRoot, null, Cure.Unsolved, Cure.OnlySamples, Cure.OnlyResponse, Cure.OnlyValue]),
        (typeof(FirstOrderMamlMethod), ["Hypergradient.FirstOrderMaml"],
            [null, Cure.StepsOverMinimum, Cure.StepsOverRoot, null, Cure.Unsolved, Cure.OnlySamples, Cure.OnlyResponse, Cure.OnlyValue]),
        (typeof(StochasticMethod), ["Hypergradient.Stochastic"],
            [Cure.SamplesOverMap, null, Cure.SamplesOverRoot, Cure.SamplesOverSteps, Cure.Unsolved, Cure.OnlySamples, Cure.OnlyResponse, Cure.OnlyValue]),
        (typeof(DartsMethod), ["Hypergradient.Darts"],
            [Cure.MixedOverMap, null, Cure.MixedOverRoot, null, Cure.Unsolved, Cure.OnlySamples, Cure.OnlyResponse, Cure.OnlyValue]),
        (typeof(ScoreFunctionMethod), ["Hypergradient.ScoreFunction"],
            [Cure.NotRandom, Cure.NotRandom, Cure.NotRandom, Cure.NotRandom, Cure.Unsolved, null, Cure.OnlyResponse, Cure.OnlyValue]),
        (typeof(ZeroOrderMethod), ["Hypergradient.ZeroOrder"],
            [null, null, null, null, Cure.Unsolved, null, null, null]),
        (typeof(ZeroOrderResponseMethod), ["Hypergradient.ZeroOrderResponse"],
            [null, null, null, null, Cure.Unsolved, Cure.OnlySamples, null, Cure.OnlyValue]),
    ];

    /// <summary>What to do instead of a method on a problem of some kind; null if it applies.</summary>
    /// <param name="method">The type of the method.</param>
    /// <param name="kind">The kind of problem.</param>
    public static string? CureOf(Type method, ProblemKind kind)
    {
        foreach ((Type row, _, string?[] cures) in s_rows)
        {
            if (row == method)
            {
                return cures[(int)kind];
            }
        }

        throw new System.Diagnostics.UnreachableException($"{method.Name} stands in no row of the table of methods.");
    }

    /// <summary>Throws unless a method applies to a problem.</summary>
    /// <exception cref="ArgumentException">It does not; the message has the cure.</exception>
    public static void Require(HypergradientMethod method, BilevelProblem problem)
    {
        if (CureOf(method.GetType(), problem.Kind) is { } cure)
        {
            throw new ArgumentException(cure, nameof(problem));
        }
    }

    /// <summary>How the methods are made that apply to a kind of problem.</summary>
    public static ImmutableArray<string> Methods(ProblemKind kind) => [.. s_rows.Where(row => row.Cures[(int)kind] is null).SelectMany(row => row.Made)];
}
