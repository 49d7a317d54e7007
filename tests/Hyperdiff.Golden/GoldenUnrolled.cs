namespace Hyperdiff.Golden;

/// <summary>Problem e: rate, momentum and penalty as hyperparameters of an optimizer's steps, in several variants.</summary>
public static class GoldenUnrolled
{
    private const double Exactly = 1e-12;

    /// <summary>All comparisons of a file.</summary>
    public static IEnumerable<GoldenCase> Of(GoldenFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Variants.SelectMany(variant => variant.Methods.Select(method => Compare(file, variant, method)).Prepend(Trajectory(file, variant)));
    }

    private static GoldenCase Trajectory(GoldenFile file, GoldenVariant variant)
    {
        IterativeHypergradient<OptimizerState<Tensor[]>, Tensor[]> result = Run(file, variant, file.Integer("T"), 0);
        // what the peer remembers follows its parameters, in other coordinates than ours
        double error = Math.Max(
            GoldenComparison.RelativeError(variant.List("w_T")[..1], result.State.Parameters),
            Math.Abs(result.Value - variant.Number("outer_loss_w_T")) / Math.Abs(result.Value));
        return new GoldenCase(file.Name, $"{variant.Name}: w_T and outer loss", $"T={file.Integer("T")}", error, Exactly, null);
    }

    private static GoldenCase Compare(GoldenFile file, GoldenVariant variant, GoldenMethod method)
    {
        string name = $"{variant.Name}: {method.Name}";
        if (method.Refusal is { } refusal)
        {
            return Skip(refusal);
        }

        if (method.Name is not ("reverse" or "reverse_unroll"))
        {
            throw new InvalidDataException($"{file.Name}: no method {method.Name} is known");
        }

        int steps = method.Integer("T");
        int last = method.Name == "reverse" ? method.Integer("k") : steps;
        Tensor[] gradient = Run(file, variant, steps, last).Gradient;
        return new GoldenCase(file.Name, name, method.Parameters, GoldenComparison.RelativeError(method.Hypergradient, gradient), Exactly, null);

        GoldenCase Skip(string reason) => new(file.Name, name, method.Parameters, double.NaN, double.NaN, reason);
    }

    private static IterativeHypergradient<OptimizerState<Tensor[]>, Tensor[]> Run(GoldenFile file, GoldenVariant variant, int steps, int last)
    {
        Tensor[] start = file.List("w0");
        Tensor[] hyper = file.List("hparams");
        Dynamics<Tensor[], Tensor[]> dynamics = GoldenProblem.Penalized(file).Unroll(Rule(variant));
        OptimizerState<Tensor[]> state = dynamics.Start(start, hyper);

        // the peer's heavy ball remembers the last iterate, w₋: of zeros it makes the velocity w₀ − 0
        bool fromZeros = variant is { Optimizer: "HeavyBall", Start: "zeros" };
        return Hypergradient.Reverse(steps, last).Compute(
            Bilevel.Problem(dynamics, GoldenProblem.Pure("E", (w, _) => GoldenProblem.SquaredError(file, w[0]))).WithMemory, fromZeros
                ? state.WithMemory(start) : state, hyper);
    }

    private static Func<Tensor[], Optimizer> Rule(GoldenVariant variant) => variant.Optimizer switch
    {
        "HeavyBall" => h => Optimizer.HeavyBall(h[0], h[1]),
        "Momentum" => h => Optimizer.Sgd(h[0], h[1]),
        "GradientDescent" => h => Optimizer.Sgd(h[0]),
        string other => throw new InvalidDataException($"no optimizer {other} is known"),
    };
}
