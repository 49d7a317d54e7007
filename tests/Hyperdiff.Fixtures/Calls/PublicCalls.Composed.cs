using System.Text.Json;

namespace Hyperdiff.Fixtures.Calls;

/// <summary>What is made of several computations: forms of data, loops around solves, batches, ranks, structures and files.</summary>
public static partial class PublicCalls
{
    private static readonly ObjectiveForm<Tensor, Tensor, Tensor> s_ofData = Objective.OfData<Tensor, Tensor, Tensor>(
        (data, w, h) => (data.MatMul(w) - 1).Square().Sum() + (0.5 * (w - h).Square().Sum()));

    private static readonly FixedPointMap<Tensor, Tensor> s_ofPure = FixedPointMap.OfPure<Tensor, Tensor>(Step);

    private static readonly Func<Tensor, Tensor, Tensor, Tensor> s_component = (w, h, i) => ((i.To(DType.Float64) * w) - h).Square().Sum();

    private static IEnumerable<(string Name, Action<int> Call)> OfForms()
    {
        Objective<Tensor, Tensor> outer = Objective.OfPure<Tensor, Tensor>(Outer);
        return
        [
            ("data of many shapes", i => Hypergradient.Implicit().Compute(
                Bilevel.Problem(s_ofData.Bind(Rows(1 + (i % 200))).MinimizedBy(Minimizer.NewtonCg()), outer), s_w, At(i))),
            ("data of one shape", i => s_ofData.Bind(Rows(5) + (1e-6 * i)).Gradient(s_w, At(i))),
            ("in chunks", i => s_ofData.Bind(Rows(4 + (i % 50))).Aggregate(outer, 0.1 + (1e-5 * (i % 1000))).Gradient(s_w, At(i))),
            ("reparametrized", i => outer.Reparametrize<Tensor, Tensor, Tensor>(u => (u * (1 + (1e-6 * i))).Exp()).Gradient(s_w, At(i))),
            ("gradient descent map", i => Hypergradient.Implicit().Compute(
                Bilevel.Problem(outer.GradientDescentMap(0.1 + (1e-6 * i)), outer), s_w, At(i))),
            ("proximal map", i => outer.ProximalGradientMap(
                0.1 + (1e-6 * i), (w, h) => Proximal.SoftThreshold(w, Tensor.Scalar(1e-3 * (1 + (i % 9))))).Solve(s_w, At(i))),
            ("damped", i => s_ofPure.SolvedBy(FixedPoint.Damped(0.5 + (1e-5 * (i % 5000)))).Solve(s_w, At(i))),
            ("own map solver", i => s_ofPure.SolvedBy(FixedPoint.From("own", () => (_, next, _) => next)).Solve(s_w, At(i))),
            ("own minimizer", i => PureOuter().MinimizedBy(Minimizer.From("own", f =>
            {
                LeafVector w = f.Start;
                while (f.Continues(w))
                {
                    w -= 0.9 * f.At(w).Gradient;
                }

                return f.Solution(w);
            })).Solve(s_w, At(i))),
            ("function of data", i => DifferentiableFunction.OfData<Tensor, Tensor>((data, x) => (data.MatMul(x) - 1).Square().Sum())
                .Bind(Rows(1 + (i % 200))).Grad(At(i))),
            ("sampled", i => Hypergradient.Stochastic(Optimizer.Sgd(0.1 + (1e-6 * i)), 3).Compute(
                Bilevel.Problem(s_ofData.Bind(Rows(8)).MinimizedBy(Minimizer.NewtonCg()), outer), s_w, s_h, new() { Key = RandomKey.FromSeed(i) })),
            ("finite sum", i => (Descent.Saba(0.01, 0.01) with { MaxSteps = 2, Key = RandomKey.FromSeed(i) }).Minimize(
                Bilevel.Problem(FiniteSum.From(4, s_component), FiniteSum.From(4, s_component)), s_w, At(i))),
        ];
    }

    private static IEnumerable<(string Name, Action<int> Call)> OfLoops()
    {
        MinimizationProblem<Tensor, Tensor> minimum = Bilevel.Problem(PureObjective().MinimizedBy(Minimizer.NewtonCg()), PureOuter());
        Level<Tensor> upper = Level.Of("upper", s_h), lower = Level.Of("lower", s_w);
        var problems = MultiLevel.Of(lower.Minimizes((w, at) => Inner(w, at.Parameters(upper))),
            upper.Minimizes((h, at) => Outer(at.Solution(lower), h)));
        Func<Tensor, Tensor> solve = h => Argmin.Of(PureObjective().MinimizedBy(Minimizer.NewtonCg()), s_w, h);
        return
        [
            ("outer loop, enumerated", i => OuterLoop.Over(minimum, Hypergradient.Implicit()).With(Optimizer.Adam(0.1 + (1e-6 * i)))
                .Until(Stop.AfterSteps(2)).From(s_w, At(i)).ToEnd()),
            ("outer loop, coupled", i => OuterLoop.Over(minimum, Hypergradient.Implicit()).With(Optimizer.Sgd(0.1)).Coupled()
                .Until(Stop.AfterSteps(3)).From(s_w, At(i)).ToEnd()),
            ("alternation", i => OuterLoop.Over(problems, upper, lower.StepsBy(Optimizer.HeavyBall(0.1, 0.5), 2)).With(Optimizer.Sgd(0.1))
                .Until(Stop.AfterSteps(2)).From(problems.Start, At(i)).ToEnd()),
            ("ranks in process", i => Ranks.InProcess(2, ranks => PureOuter().Across(ranks).Gradient(s_w, At(i)))),
            ("batch of solves", i => Diff.VmapWithReports(solve, Tensor.Stack(0, [.. Enumerable.Range(0, 1 + (i % 9)).Select(j => At(i + j))]))),
            ("batch of gradients", i => Diff.Vmap((Tensor h) => Diff.Grad(x => solve(x).Square().Sum(), h), Tensor.Stack(0, At(i), s_h))),
            ("solve within a loop", i => Diff.GradWithReport((Tensor h) => Loop.Iterate(1 + (i % 5), w => 0.5 * solve(w), h).Sum(), At(i))),
            ("solve that fails", i =>
            {
                try
                {
                    PureObjective().MinimizedBy(Minimizer.NewtonCg(maxIterations: 1)).Solve(At(i), s_h).EnsureConverged();
                }
                catch (SolveException)
                {
                    // what is kept of a failure is what is measured
                }
            }),
            ("cancelled", i =>
            {
                using var source = new CancellationTokenSource();
                source.Cancel();
                PureObjective().MinimizedBy(Minimizer.NewtonCg()).Solve(At(i), s_h, cancellation: source.Token);
            }),
        ];
    }

    private static IEnumerable<(string Name, Action<int> Call)> OfStructures() =>
    [
        ("scan", i => Diff.Grad((Tensor x) => Loop.Scan<Tensor, Tensor, Tensor>((c, y) => ((0.5 * c) + y, c), Tensor.Scalar(0), x).Outputs.Sum(),
            Tensor.Ones([1 + (i % 60)]))),
        ("own rule", i => Diff.Grad(
            (Tensor x) => Diff.CustomTangent((Tensor y) => y.Sin(), (Tensor y, Tensor t) => (1 + (1e-9 * i)) * (y.Cos() * t))(x).Sum(), At(i))),
        ("decompositions", i => Diff.Hvp((Tensor x) => Linalg.EigenvaluesSymmetric(x.Outer(x) + s_h.DiagonalMatrix()).Square().Sum(), At(i), s_w)),
        ("convolution", i => Diff.Grad((Tensor x) => x.Conv1d(Tensor.Ones([2, 1, 3])).Square().Sum(), Tensor.Ones([1, 1, 3 + (i % 60)]))),
        ("tuple", i => Diff.Grad(((Tensor A, Tensor B) x) => (x.A * x.B).Sum(), (At(i), s_w))),
        ("optimizer", i => Optimizer.Adam(1e-3 * (1 + i)).ClippedByNorm(1 + i).Start((s_w, s_h)).Next((s_h, At(i)))),
        ("random", i => RandomKey.FromSeed(i).Fold(i).Normal([1 + (i % 60)]).Sum()),
        ("JSON", i => JsonSerializer.Deserialize<Tensor>(JsonSerializer.Serialize(At(i)))),
        ("read in a lambda", i => Diff.Grad((Tensor x) => x.StopGradient().Sum().ToScalar() > 0 ? x.Sum() : -x.Sum(), At(i))),
        ("sparse", i => Diff.Grad((Tensor x) => CsrMatrix.FromDense(Tensor.Eye(Size)).WithValues(x).MatMul(s_w).Sum(), At(i))),
    ];

    private static Tensor Rows(int count) => Tensor.Full([count, Size], 1.0 / count);
}
