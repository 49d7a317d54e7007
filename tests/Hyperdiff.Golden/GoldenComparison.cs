namespace Hyperdiff.Golden;

/// <summary>Recomputes a file and compares, with the tolerances that its README states.</summary>
public static class GoldenComparison
{
    private const double Exactly = 1e-12;
    private const double NormalSteadily = 1e-10;
    private const int Steady = 5;
    internal const double Unreproducible = 1e-3;
    private const double Amplified = 100;
    private const int Directions = 5;

    /// <summary>All comparisons of a file.</summary>
    public static IEnumerable<GoldenCase> Of(GoldenFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Problem switch
        {
            "e" => GoldenUnrolled.Of(file),
            "i" => GoldenIndirect.Of(file),
            "j" or "k" => GoldenOneStep.Of(file),
            _ => GoldenProblem.Of(file) is { } problem
                ? [.. Exact(file, problem), .. file.Methods.Select(method => Compare(file, problem, method))]
                : throw new InvalidDataException($"{file.Name}: no problem {file.Problem} is known"),
        };
    }

    private static IEnumerable<GoldenCase> Exact(GoldenFile file, GoldenProblem problem)
    {
        double tolerance = 1e-12 * file.Check("cond_I_minus_J");
        LinearSolver adjoint = LinearSolver.FixedPoint(1e-13, maxIterations: 100_000);
        ImplicitHypergradient<Tensor[], Tensor[]> solved = Implicit(problem.Problem(), file.List("w_T"), file.List("hparams"),
            FixedPoint.Iteration(1e-15, maxIterations: 100_000), adjoint);
        yield return Case("inner", RelativeError(file.List("w_star"), solved.State));
        yield return Case("exact at w_star", RelativeError(
            file.List("hypergrad_exact_at_w_star"), Implicit(problem.Problem(), file.List("w_star"), file.List("hparams"), Given, adjoint).Gradient));
        yield return Case("exact at w_T", RelativeError(
            file.List("hypergrad_exact_implicit_at_w_T"), Implicit(problem.Problem(), file.List("w_T"), file.List("hparams"), Given, adjoint).Gradient));

        GoldenCase Case(string what, double error) => new(file.Name, what, "tol=1e-13", error, tolerance, null);
    }

    private static GoldenCase Compare(GoldenFile file, GoldenProblem problem, GoldenMethod method)
    {
        if (method.Refusal is { } refusal)
        {
            return Skip(refusal);
        }

        (Tensor[] at, Tensor[] hyper) = (file.List(method.At), file.List("hparams"));
        switch (method.Name)
        {
            case "reverse" or "reverse_unroll":
                int steps = method.Integer("T");
                int last = method.Name == "reverse" ? method.Integer("k") : steps;
                Tensor[] reversed = Hypergradient.Reverse(steps, last).Compute(problem.Problem(), file.List("w0"), hyper).Gradient;
                return Case(reversed, last >= 100 ? 1e-11 : Exactly);
            case "fixed_point" or "neumann":
                int updates = method.Integer("iterations") + (method.Name == "neumann" ? 1 : 0);
                return Case(Adjoint(problem.Problem(), LinearSolver.FixedPoint(0, maxIterations: updates)), updates >= 100 ? 1e-11 : Exactly);
            case "CG" or "CG_normaleq":
                // the peer returns the iterate before the one that meets its tolerance
                int iterations = method.Integer("iterations") - (method.Integer("iterations") < method.Integer("K") ? 1 : 0);
                bool normal = method.Name == "CG_normaleq";
                LinearSolver cg = LinearSolver.ConjugateGradient(0, maxIterations: iterations);
                cg = normal ? LinearSolver.Normal(cg) : cg;
                Tensor[] result = Adjoint(problem.Problem(), cg);
                double steady = normal ? NormalSteadily : Exactly;
                double tolerance = ChaosTolerance(steady, iterations, seed => Sensitivity(cg, result, seed));
                return tolerance > Unreproducible ? Skip(Chaotic(tolerance)) : Case(result, tolerance);
            case "stoch_AID":
                return Case(problem.Inner is null ? Descent() : Stochastic(), method.Integer("K") >= 100 ? 1e-11 : Exactly);
            default:
                throw new InvalidDataException($"{file.Name}: no method {method.Name} is known");
        }

        GoldenCase Case(Tensor[] actual, double tolerance) =>
            new(file.Name, method.Name, method.Parameters, RelativeError(method.Hypergradient, actual), tolerance, null);

        GoldenCase Skip(string reason) => new(file.Name, method.Name, method.Parameters, double.NaN, double.NaN, reason);

        Tensor[] Adjoint(FixedPointProblem<Tensor[], Tensor[]> bilevel, LinearSolver solver) => Implicit(bilevel, at, hyper, Given, solver).Gradient;

        // every sample in every batch: the peer's golden values are those of full batches
        Tensor[] Stochastic() => Hypergradient.Stochastic(
            Optimizer.Sgd(method.Number("lr"), method.Number("momentum")),
            method.Integer("K"),
            mapRate: method.Text("form") == "inner_loss" ? null : file.Number("lr"),
            from: method.Text("start") == "outer_grad" ? AdjointStart.OuterGradient : AdjointStart.Zero)
                .Compute(problem.Minimization(), at, hyper, new() { Key = RandomKey.FromSeed(1) }).Gradient;

        // a map that is not a descent step is not a mean over samples
        Tensor[] Descent() =>
            Hypergradient.Implicit(LinearSolver.Descent(method.Number("lr"), method.Number("momentum"), 0, maxIterations: method.Integer("K")))
            .Compute(Bilevel.Problem(problem.Problem().Inner.Map.SolvedBy(Given), problem.Problem().Outer), at, hyper,
            new() { WarmStart = method.Text("start") == "outer_grad" ? WarmStart.Of(OuterGradient(), Tree.Array(Tree.Tensor)) : null }).Gradient;

        Tensor[] OuterGradient() => Diff.Grad(w => problem.Outer(w, hyper), at, Tree.Array(Tree.Tensor));

        double Sensitivity(LinearSolver solver, Tensor[] result, int seed) =>
            RelativeError(result, Adjoint(problem.With(Perturbation(OuterGradient(), seed)), solver));
    }

    /// <summary>A term of F that changes its gradient by 1e-15 of its norm, in a random direction.</summary>
    internal static Func<Tensor[], Tensor> Perturbation(Tensor[] gradient, int seed)
    {
        var random = new Random(seed);
        Tensor[] direction = [.. gradient.Select(
            leaf => Tensor.From<double>([.. Enumerable.Range(0, leaf.Count).Select(_ => random.NextDouble() - 0.5)], leaf.Shape))];
        double scale = 1e-15 * Norm(gradient) / Norm(direction);
        return w => scale * w.Select((leaf, i) => (leaf * direction[i]).Sum()).Aggregate((a, b) => a + b);
    }

    /// <summary>What conjugate gradients are compared to: beyond some updates, a hundred times the most that a change of g by 1e-15 does to the result, in one
    /// of a few directions; one alone may miss what grows.</summary>
    internal static double ChaosTolerance(double steady, int updates, Func<int, double> sensitivity) =>
        updates <= Steady ? steady : Math.Max(steady, Amplified * Enumerable.Range(1, Directions).Max(sensitivity));

    /// <summary>Why there is no comparison with a tolerance as large as this.</summary>
    internal static string Chaotic(double tolerance) => $"a change of g by 1e-15 changes the result by {tolerance / Amplified:E1}: chaotic in rounding";

    private static FixedPointSolver Given => FixedPoint.Iteration(1e-10, maxIterations: 0);

    private static ImplicitHypergradient<Tensor[], Tensor[]> Implicit(
        FixedPointProblem<Tensor[], Tensor[]> problem, Tensor[] at, Tensor[] hyper, FixedPointSolver inner, LinearSolver adjoint) =>
        Hypergradient.Implicit(adjoint).Compute(Bilevel.Problem(problem.Inner.Map.SolvedBy(inner), problem.Outer), at, hyper);

    /// <summary>‖actual − expected‖ / ‖expected‖, over all leaves.</summary>
    internal static double RelativeError(Tensor[] expected, Tensor[] actual) => Norm([.. expected.Select((leaf, i) => leaf - actual[i])]) / Norm(expected);

    private static double Norm(Tensor[] leaves) => Math.Sqrt(leaves.Sum(leaf => leaf.Square().Sum().ToScalar()));
}
