using System.Collections.Concurrent;

namespace Hyperdiff.Testing;

/// <summary>Every hypergradient method over every kind of problem that it applies to, all of whose vectors lie on the backend.</summary>
internal static class HypergradientConformance
{
    private const int Steps = 4;
    private const int Samples = 6;
    private const double Rate = 0.3;

    private static readonly ConcurrentDictionary<(string, DType), Tensor> s_expected = new();

    /// <summary>The methods; a test of the library fails for one that is not among them.</summary>
    public static IReadOnlyList<(string Name, Func<BilevelProblem, HypergradientMethod> Make, bool Draws)> Methods { get; } =
    [
        ("implicit", _ => Hypergradient.Implicit(), false),
        ("implicit, by factors", _ => Hypergradient.Implicit(LinearSolver.DenseLu()), false),
        ("phantom", _ => Hypergradient.Phantom(3, 0.5), false),
        ("one step", _ => Hypergradient.OneStep(), false),
        ("reverse", _ => Hypergradient.Reverse(Steps), false),
        ("reverse, with checkpoints", _ => Hypergradient.Reverse(Steps, checkpointing: Checkpointing.Every(2)), false),
        ("forward", _ => Hypergradient.Forward(Steps), false),
        ("MAML", _ => Hypergradient.Maml(Steps), false),
        ("first order", _ => Hypergradient.FirstOrderMaml(Steps), false),
        ("stochastic", _ => Hypergradient.Stochastic(Optimizer.Sgd(Rate), 20), true),
        ("DARTS", problem => problem.Kind == ProblemKind.Minimum ? Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End)
            : Hypergradient.Darts(Steps, StepDerivative.Differentiated, EvaluationPoint.BeforeLastStep), false),
        ("score function", _ => Hypergradient.ScoreFunction(Samples), true),
        ("zero order", problem => Hypergradient.ZeroOrder(Samples, 0.5, steps: problem.Kind == ProblemKind.Steps ? Steps : null), true),
        ("zero-order response", problem => Hypergradient.ZeroOrderResponse(Samples, 0.5, problem.Kind == ProblemKind.Steps ? Steps : null), true),
    ];

    private static readonly string[] s_problems =
        ["a map", "a minimum", "a condition", "steps", "steps with their memory", "a process", "a response", "a value"];

    /// <summary>One case per method and kind of problem that go together.</summary>
    public static IEnumerable<ConformanceCase> Cases() =>
        from method in Methods
        from problem in s_problems
        let at = ProblemOf(problem, DType.Float64, tensor => tensor)
        where Applicability.CureOf(method.Make(at.Problem).GetType(), at.Problem.Kind) is null
        select new ConformanceCase("hypergradients", $"{method.Name} over {problem}", subject => Check(subject, method.Name, problem));

    private static string? Check(BackendSubject subject, string method, string problem)
    {
        subject.RequireOwnMemory();
        DType dtype = subject.Floating().First();
        Tensor expected = s_expected.GetOrAdd(($"{method} over {problem}", dtype), _ => Gradient(method, ProblemOf(problem, dtype, tensor => tensor)));
        return SolveComparison.Difference(subject, [expected], [Gradient(method, ProblemOf(problem, dtype, subject.Place))], "the hypergradient");
    }

    private static Tensor Gradient(string method, ProblemAt at)
    {
        (_, Func<BilevelProblem, HypergradientMethod> make, bool draws) = Methods.Single(item => item.Name == method);
        return at.Compute(make(at.Problem), draws ? new HypergradientOptions { Key = RandomKey.FromSeed(3) } : null);
    }

    private static ProblemAt ProblemOf(string name, DType dtype, Func<Tensor, Tensor> place)
    {
        TestMatrix drawn = TestMatrix.Of(MatrixClass.PositiveDefinite, SolveComparison.Unknowns, 3);
        Tensor Placed(Tensor tensor) => place(tensor.To(dtype));
        Tensor a = Placed(drawn.Dense), c = Placed(drawn.Vector(1)), start = Placed(0.1 * drawn.Vector(2)), hyper = Placed(drawn.Vector(3));
        double? tolerance = SolveComparison.Tolerance(dtype);

        // w* = A⁻¹ λ, near enough to linear that few steps are near it
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => (0.5 * (w * a.MatMul(w)).Sum()) - (h * w).Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => (0.5 * (w - 1).Square().Sum()) + (c * h).Sum());
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => w - (Rate * (a.MatMul(w) - h)));
        UnrolledProblem<Tensor, Tensor> unrolled = Bilevel.Problem(inner.Unroll(Optimizer.Sgd(Rate)), outer);
        switch (name)
        {
            case "a map":
                return ProblemAt.Of(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(tolerance)), outer), start, hyper);
            case "a minimum":
                return ProblemAt.Of(Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg(tolerance)), outer), start, hyper);
            case "a condition":
                RootCondition<Tensor, Tensor> condition = RootCondition.From<Tensor, Tensor>((w, h) => a.MatMul(w) - h);
                return ProblemAt.Of(Bilevel.Problem(condition.SolvedBy(Root.Newton(tolerance: tolerance)), outer), start, hyper);
            case "steps":
                return ProblemAt.Of(unrolled, start, hyper);
            case "steps with their memory":
                return ProblemAt.Of(unrolled.WithMemory, unrolled.Inner.Start(start, hyper), hyper);
            case "a process":
                RandomProcess<Tensor, Tensor> process = RandomProcess.From(
                    (RandomKey key, Tensor h) => h + key.Normal([SolveComparison.Unknowns], dtype),
                    Objective.From<Tensor, Tensor>((x, h) => -0.5 * (x - h).Square().Sum()));
                return ProblemAt.Of(Bilevel.Problem(process, Objective.From<Tensor, Tensor>((x, _) => x.Square().Sum())), default, hyper);
            case "a response":
                return ProblemAt.Of(Bilevel.Problem((Tensor _, Tensor h) => Linalg.Solve(a, h), outer), start, hyper);
            default:
                return ProblemAt.Of(Bilevel.Problem((Tensor h) => h.Square().Sum().ToScalar()), default, hyper);
        }
    }

    /// <summary>A problem at a point, for any method.</summary>
    private sealed record ProblemAt(BilevelProblem Problem, Func<HypergradientMethod, HypergradientOptions?, Tensor> Compute)
    {
        public static ProblemAt Of<TState>(BilevelProblem<TState, Tensor> problem, TState start, Tensor hyper) =>
            new(problem, (method, options) => method.Compute(problem, start, hyper, options).EnsureConverged());
    }
}
