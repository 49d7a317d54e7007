using System.Collections.Concurrent;

namespace Hyperdiff.Testing;

/// <summary>Every descent, and outer loops with every optimizer, over a problem all of whose vectors lie on the backend.</summary>
internal static class DescentConformance
{
    private const int Steps = 3;
    private const double Rate = 0.3;

    private static readonly ConcurrentDictionary<(string, DType), Tensor[]> s_expected = new();

    /// <summary>The descents; a test of the library fails for one that is not among them.</summary>
    public static IReadOnlyDictionary<string, Descent> Descents { get; } = new Dictionary<string, Descent>
    {
        ["SOBA"] = Descent.Soba(Rate, 0.2),
        ["SABA"] = Descent.Saba(Rate, 0.2),
        ["AmIGO"] = Descent.Amigo(Rate, 3, 3, 0.2),
        ["stocBiO"] = Descent.StocBio(Rate, 3, 3, 0.2),
        ["TTSA"] = Descent.Ttsa(Rate, 0.2, HessianSeries.Random(4, Rate)),
        ["SUSTAIN"] = Descent.Sustain(Rate, 0.2, 0.5, HessianSeries.Truncated(4, Rate)),
        ["dual multiplier"] = Descent.DualMultiplier(Rate, 0.2),
        ["F2SA"] = Descent.F2sa(Rate, 3, 0.2, 10),
        ["PBGD"] = Descent.Pbgd(Rate, 3, 0.2, 10),
        ["PBGD, gradient norm"] = Descent.PbgdGradientNorm(0.1, 0.1, 10),
        ["BOME"] = Descent.Bome(Rate, 2, 0.1, 0.5),
        ["MEHA"] = Descent.Meha(0.2, 0.2, 10, 1),
        ["BVFSM"] = Descent.Bvfsm(Rate, 3, 0.2, 0.5, 0.1),
        ["IGA"] = Descent.Iga(Rate, 2, 0.2),
    };

    private static readonly Dictionary<string, Optimizer> s_optimizers = new()
    {
        ["SGD"] = Optimizer.Sgd(0.1, 0.5),
        ["heavy ball"] = Optimizer.HeavyBall(0.1, 0.5),
        ["Nesterov"] = Optimizer.Nesterov(0.1, 0.5),
        ["Adam"] = Optimizer.Adam(0.05),
        ["AdamW"] = Optimizer.AdamW(0.05),
        ["RMSProp"] = Optimizer.RmsProp(0.05),
        ["Adagrad"] = Optimizer.Adagrad(0.1),
    };

    /// <summary>The cases.</summary>
    public static IEnumerable<ConformanceCase> Cases() =>
    [
        .. Descents.Select(item => Case("descents", item.Key, (dtype, place) => Minimized(item.Value, dtype, place))),
        .. s_optimizers.Select(item => Case("outer loops", item.Key, (dtype, place) => Looped(item.Value, dtype, place))),
    ];

    private static ConformanceCase Case(string area, string name, Func<DType, Func<Tensor, Tensor>, Tensor[]> run) => new(area, name, subject =>
    {
        subject.RequireOwnMemory();
        DType dtype = subject.Floating().First();
        Tensor[] expected = s_expected.GetOrAdd(($"{area}, {name}", dtype), _ => run(dtype, tensor => tensor));
        return SolveComparison.Difference(subject, expected, run(dtype, subject.Place), "w, or λ,");
    });

    // the limit of steps is what ends it
    private static Tensor[] Minimized(Descent descent, DType dtype, Func<Tensor, Tensor> place)
    {
        (Objective<Tensor, Tensor> inner, Objective<Tensor, Tensor> outer, Tensor start, Tensor hyper) = Problem(dtype, place);
        Descent limited = descent with { MaxSteps = Steps };
        DescentSolution<Tensor, Tensor> found = limited switch
        {
            SabaDescent saba => saba.Minimize(Bilevel.Problem(FiniteSum.Of(inner), FiniteSum.Of(outer)), start, hyper),
            StochasticDescent stochastic => stochastic.Minimize(Bilevel.Problem(SampledObjective.Of(inner), SampledObjective.Of(outer)), start, hyper),
            _ => ((ExactDescent)limited).Minimize(Bilevel.Problem(inner, outer), start, hyper),
        };
        return [found.State, found.Hyper];
    }

    private static Tensor[] Looped(Optimizer optimizer, DType dtype, Func<Tensor, Tensor> place)
    {
        (Objective<Tensor, Tensor> inner, Objective<Tensor, Tensor> outer, Tensor start, Tensor hyper) = Problem(dtype, place);
        MinimizationProblem<Tensor, Tensor> problem = Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg(SolveComparison.Tolerance(dtype))), outer);
        OuterRun<Tensor, Tensor> run = OuterLoop.Over(problem, Hypergradient.Implicit(LinearSolver.ConjugateGradient(SolveComparison.Tolerance(dtype))))
            .With(optimizer).Until(Stop.AfterSteps(Steps)).From(start, hyper);
        run.ToEnd();
        return [run.State.State, run.State.Hyper];
    }

    private static (Objective<Tensor, Tensor> Inner, Objective<Tensor, Tensor> Outer, Tensor Start, Tensor Hyper) Problem(
        DType dtype, Func<Tensor, Tensor> place)
    {
        TestMatrix drawn = TestMatrix.Of(MatrixClass.PositiveDefinite, SolveComparison.Unknowns, 4);
        Tensor Placed(Tensor tensor) => place(tensor.To(dtype));
        Tensor a = Placed(drawn.Dense);
        return (
            Objective.From<Tensor, Tensor>((w, h) => (0.5 * (w * a.MatMul(w)).Sum()) - (h * w).Sum()),
            Objective.From<Tensor, Tensor>((w, h) => (0.5 * (w - 1).Square().Sum()) + (0.1 * h.Square().Sum())),
            Placed(0.1 * drawn.Vector(2)),
            Placed(drawn.Vector(3)));
    }
}
