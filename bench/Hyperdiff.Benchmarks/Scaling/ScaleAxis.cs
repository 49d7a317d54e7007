namespace Hyperdiff.Benchmarks.Scaling;

/// <summary>One size of a problem that grows while the others stay.</summary>
/// <param name="Name">What grows.</param>
/// <param name="Fixed">The others.</param>
/// <param name="Values">The sizes.</param>
/// <param name="CallAt">What is timed at a size.</param>
internal sealed record ScaleAxis(string Name, string Fixed, IReadOnlyList<int> Values, Func<int, Func<object>> CallAt)
{
    private const int Samples = 2000;
    private const int Features = 50;
    private const int Updates = 20;
    private const int States = 10;

    /// <summary>Samples n, features d, updates K, steps T: of logistic regressions with a penalty per feature.</summary>
    public static IReadOnlyList<ScaleAxis> All { get; } =
    [
        new("n", $"d = {Features}, K = {Updates}, implicit", [500, 1000, 2000, 4000, 8000, 16_000, 32_000], n => Implicit(n, Features, Updates)),
        new("d", $"n = {Samples}, K = {Updates}, implicit", [10, 20, 40, 80, 160, 320, 640], d => Implicit(Samples, d, Updates)),
        new("K", $"n = {Samples}, d = {Features}, implicit", [5, 10, 20, 40, 80, 160], k => Implicit(Samples, Features, k)),
        new("T", $"n = {Samples}, d = {Features}, reverse, all states kept", [25, 50, 100, 200, 400, 800], t => Reverse(t, Checkpointing.None)),
        new("T", $"n = {Samples}, d = {Features}, reverse, {States} states kept", [25, 50, 100, 200, 400, 800],
            t => Reverse(t, Checkpointing.Budget(States * Features * sizeof(double)))),
    ];

    /// <summary>What the threads share.</summary>
    public static Func<object> Shared() => Implicit(16_000, 200, Updates);

    private static Func<object> Implicit(int samples, int features, int updates)
    {
        var problem = new LogisticProblem(samples, features);
        ImplicitMethod method = Hypergradient.Implicit(LinearSolver.FixedPoint(0, maxIterations: updates));
        return () => method.Compute(problem.Given, problem.State, problem.Hyper);
    }

    private static Func<object> Reverse(int steps, Checkpointing checkpointing)
    {
        var problem = new LogisticProblem(Samples, Features);
        ReverseMethod method = Hypergradient.Reverse(steps, checkpointing: checkpointing);
        return () => method.Compute(problem.Problem, problem.Start, problem.Hyper);
    }
}
