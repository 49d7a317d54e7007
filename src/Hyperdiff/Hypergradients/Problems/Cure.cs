namespace Hyperdiff;

/// <summary>What to do instead where a method does not apply to a kind of problem: the words of the compiler's error and of the exception.</summary>
internal static class Cure
{
    public const string ImplicitOverSteps =
        "An optimizer's steps have no solution to differentiate implicitly; use Hypergradient.Reverse or Hypergradient.Forward, or say "
        + "what the steps solve: Bilevel.Problem(objective.MinimizedBy(minimizer), outer).";

    public const string ImplicitOverResponse =
        "A function that returns the inner solution has no condition to differentiate; use Hypergradient.ZeroOrderResponse, or state "
        + "the condition that it solves: Bilevel.Problem(condition.SolvedBy(function), outer).";

    public const string StepsOverMinimum =
        "A minimizer's steps are not differentiated; use Hypergradient.Implicit, or take steps: "
        + "Bilevel.Problem(objective.Unroll(optimizer), outer), Bilevel.Problem(objective.GradientDescentMap(rate), outer).";

    public const string StepsOverRoot =
        "The steps of a root solver are not differentiated; use Hypergradient.Implicit, or make a problem of a map whose steps lead to "
        + "the root.";

    public const string SamplesOverMap =
        "A map is not a mean over samples; use Hypergradient.Implicit, or say what the map "
        + "minimizes: Bilevel.Problem(objective.MinimizedBy(minimizer), outer).";

    public const string SamplesOverRoot =
        "A condition is not a mean over samples; use Hypergradient.Implicit.";

    public const string SamplesOverSteps =
        "An optimizer's steps have no adjoint system; use Hypergradient.Reverse over minibatches, Dynamics.From, or say what the steps "
        + "minimize: Bilevel.Problem(objective.MinimizedBy(minimizer), outer).";

    public const string MixedOverMap =
        "A map has no objective whose mixed derivative could be taken; use Hypergradient.OneStep, which is its counterpart for maps, "
        + "or an objective: Bilevel.Problem(objective.Unroll(optimizer), outer), Bilevel.Problem(objective.MinimizedBy(minimizer), "
        + "outer).";

    public const string MixedOverRoot =
        "A condition has no objective whose mixed derivative could be taken; use Hypergradient.OneStep, which is its counterpart for "
        + "conditions.";

    public const string NotRandom =
        "The inner solution is not a random sample with a density; use Hypergradient.Implicit or Hypergradient.Reverse, "
        + "Hypergradient.ZeroOrder if it can only be run, or state a process: Bilevel.Problem(RandomProcess.From(sampler, logDensity), "
        + "outer).";

    public const string Unsolved =
        "Nothing says how the inner problem is solved: two objectives are for descents that step w and λ together, Descent.Soba and "
        + "its relatives; for a hypergradient say how: Bilevel.Problem(objective.MinimizedBy(minimizer), outer), "
        + "Bilevel.Problem(objective.Unroll(optimizer), outer).";

    public const string OnlySamples =
        "A random process has samples and a density, and no solution to differentiate; use Hypergradient.ScoreFunction, or "
        + "Hypergradient.ZeroOrder.";

    public const string OnlyResponse =
        "A function that returns the inner solution can only be run; use Hypergradient.ZeroOrderResponse, or Hypergradient.ZeroOrder.";

    public const string OnlyValue =
        "A function that returns the outer value can only be evaluated; use Hypergradient.ZeroOrder, or state the inner problem: "
        + "Bilevel.Problem(objective.MinimizedBy(minimizer), outer).";
}
