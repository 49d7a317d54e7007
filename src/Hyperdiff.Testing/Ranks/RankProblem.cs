namespace Hyperdiff.Testing;

/// <summary>A bilevel problem over samples at a point, for any method.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Compute">Its hypergradient by a method.</param>
internal sealed record RankProblem(BilevelProblem Problem, Func<HypergradientMethod, HypergradientOptions?, Tensor> Compute)
{
    private const double Rate = 0.3;

    /// <summary>The kinds of problem.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["a map", "a minimum", "a condition", "steps", "steps with their memory", "a response", "a value", "equilibria of the samples"];

    /// <summary>The problem of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="samples">Its samples.</param>
    /// <param name="tolerance">What the inner solves are asked for.</param>
    public static RankProblem Of(string kind, RankSamples samples, double tolerance)
    {
        (Objective<Tensor, Tensor> inner, Objective<Tensor, Tensor> outer) = (samples.Inner, samples.Outer);
        (Tensor start, Tensor hyper) = (samples.Start, samples.Hyper);
        UnrolledProblem<Tensor, Tensor> unrolled = Bilevel.Problem(inner.Unroll(Optimizer.Sgd(Rate)), outer);
        switch (kind)
        {
            case "a map":
                return At(Bilevel.Problem(inner.GradientDescentMap(Rate).SolvedBy(FixedPoint.Iteration(tolerance)), outer), start);
            case "a minimum":
                return At(Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg(tolerance)), outer), start);
            case "a condition":
                RootCondition<Tensor, Tensor> condition = RootCondition.From<Tensor, Tensor>((w, h) => inner.Gradient(w, h));
                return At(Bilevel.Problem(condition.SolvedBy(Root.Newton(tolerance: tolerance)), outer), start);
            case "steps":
                return At(unrolled, start);
            case "steps with their memory":
                return At(unrolled.WithMemory, unrolled.Inner.Start(start, hyper));
            case "a response":
                return At(Bilevel.Problem((Tensor w, Tensor h) => w - (Rate * inner.Gradient(w, h)), outer), start);
            case "a value":
                return At<ValueTuple>(Bilevel.Problem((Tensor h) => outer.Evaluate(start, h).ToScalar()), default);
            default:
                return Equilibria();
        }

        RankProblem At<TState>(BilevelProblem<TState, Tensor> problem, TState at) =>
            new(problem, (method, options) => method.Compute(problem, at, hyper, options).EnsureConverged());

        // every sample has a state of its own, so that w is shared out as well, and λ is what the ranks have in common
        RankProblem Equilibria()
        {
            FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((z, h) => (0.4 * z.Tanh()) + (samples.X * h));
            Objective<Tensor, Tensor> outerOfStates = samples.OfStates(Objective.OfData(
                (Tensor y, Tensor z, Tensor h) => (z.Sum(-1) - y).Square().Mean() + (0.1 * h.Square().Sum()), "OfStates", Tree.Tensor,
                Tree.Tensor, Tree.Tensor, batch: ["data"]));
            return At(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(tolerance)), outerOfStates), samples.States);
        }
    }
}
