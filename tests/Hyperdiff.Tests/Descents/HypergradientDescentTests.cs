using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.Descents;

/// <summary>Descent with coupled tolerances: the same hyperparameters as with tight ones, for fewer products.</summary>
public sealed class HypergradientDescentTests
{
    private const double OuterTolerance = 1e-6;
    private const double Tight = 1e-10;

    private static readonly Optimizer s_optimizer = Optimizer.Sgd(20);

    [Fact]
    public void LogisticPenalty_IsTheSameAsWithTightTolerances_ForFewerProducts()
    {
        MinimizationProblem<Tensor, Tensor> problem = Logistic(Minimizer.NewtonCg(Tight));
        (Tensor start, Tensor hyper) = (Tensor.Zeros([6]), Tensor.Scalar(-3.0));
        OuterSolution<Tensor, Tensor> coupled = new HypergradientDescent(s_optimizer) { Tolerance = OuterTolerance }.Minimize(problem, start, hyper);

        // the same loop with warm starts and tight tolerances
        ImplicitMethod method = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(Tight));
        OptimizerState<Tensor> outer = s_optimizer.Start(hyper);
        ImplicitHypergradient<Tensor, Tensor> g = method.Compute(problem, start, outer.Parameters);
        long products = Products(g);
        while (Math.Abs(g.Gradient.ToScalar()) > OuterTolerance && outer.Steps < 500)
        {
            outer = outer.Next(g.Gradient);
            g = method.Compute(problem, g.State, outer.Parameters, new() { WarmStart = g.WarmStart });
            products += Products(g);
        }

        Assert.True(coupled.Report.Converged, coupled.ToString());
        Assert.InRange(outer.Steps, 5, 499);
        Assert.True(
            coupled.Report.Products + coupled.Report.TransposedProducts < products,
            $"{coupled}\n{coupled.Evaluations} hypergradients, against {products} products in {outer.Steps + 1} tight ones");

        // both gradients are within the tolerance, and that of the coupled one is off by less than a tenth of it: ℓ″ says what that means for λ
        const double Step = 1e-2;
        double Gradient(double at) => method.Compute(problem, g.State, Tensor.Scalar(at), new() { WarmStart = g.WarmStart }).Gradient.ToScalar();
        double at = outer.Parameters.ToScalar();
        double curvature = (Gradient(at + Step) - Gradient(at - Step)) / (2 * Step);
        Assert.True(curvature > 0);
        Assert.Equal(at, coupled.EnsureConverged().ToScalar(), 1.1 * 2.1 * OuterTolerance / curvature);
    }

    [Fact]
    public void Descent_OverAFixedPoint_FindsTheStationaryPoint()
    {
        // w* = 2λ, ℓ = Σ (2λ − 1)² + ½ λ²: λ = 4 / 9
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h);
        Objective<Tensor, Tensor> objective = Objective.From<Tensor, Tensor>((w, h) => (w - 1).Square().Sum() + (0.5 * h.Square().Sum()));
        OuterSolution<Tensor, Tensor> solution = new HypergradientDescent(Optimizer.Sgd(0.1)) { Tolerance = 1e-7 }.Minimize(Bilevel.Problem(map, objective),
            Tensor.Zeros([2]), Tensor.Zeros([2]));

        Assert.True(solution.Report.Converged, solution.ToString());
        Assert.Equal(EstimateStatus.Estimated, solution.Error.Status);
        Assert.True(solution.Error.Value <= 0.1 * 1e-7);

        // ℓ″ = 9
        Assert.All(solution.Hyper.ToArray<double>(), element => Assert.Equal(4.0 / 9, element, 1.1 * 1e-7 / 9));
        Assert.StartsWith("outer, hypergradient descent: Converged", solution.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Descent_WhoseInnerProblemDiverges_EndsWithItsStatus()
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (1.5 * w) + h);
        Objective<Tensor, Tensor> objective = Objective.From<Tensor, Tensor>((w, _) => w.Square().Sum());
        OuterSolution<Tensor, Tensor> solution = new HypergradientDescent(Optimizer.Sgd(0.1)).Minimize(Bilevel.Problem(map, objective), Tensor.Ones([2]),
            Tensor.Ones([2]));

        Assert.Equal(SolveStatus.Diverged, solution.Report.Status);
        Assert.Throws<SolveException>(solution.EnsureConverged);
    }

    /// <summary>The first solves end exactly, and those after them do not: their error is looked at, and not taken for nothing.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public void Descent_WhoseFirstSolvesAreExact_Converges(double rate)
    {
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Square().Sum());
        OuterSolution<Tensor, Tensor> solution = new HypergradientDescent(Optimizer.Sgd(rate)) { MaxSteps = 100, Tolerance = 1e-6 }
            .Minimize(Bilevel.Problem(f.MinimizedBy(Minimizer.NewtonCg()), outer), Tensor.Zeros([1]), Tensor.From([0.5]));

        // ‖∇ℓ‖ = 2 |λ|, known to a tenth
        Assert.InRange(Math.Abs(solution.EnsureConverged().ToArray<double>()[0]), 0, 0.55e-6);
    }

    [Fact]
    public void Descent_ThatRunsOutOfSteps_SaysSo()
    {
        OuterSolution<Tensor, Tensor> solution = new HypergradientDescent(s_optimizer) { MaxSteps = 2 }.Minimize(Logistic(Minimizer.NewtonCg()),
            Tensor.Zeros([6]), Tensor.Scalar(-3.0));

        Assert.Equal((SolveStatus.MaxIterations, 2), (solution.Report.Status, solution.Report.Iterations));
    }

    private static long Products(ImplicitHypergradient<Tensor, Tensor> g)
    {
        g.EnsureConverged();
        return g.Reports.Sum(report => report.Products + report.TransposedProducts);
    }

    /// <summary>A logistic regression of 40 samples in 6 noisy features, with one penalty for all of them, judged on 40 others.</summary>
    private static MinimizationProblem<Tensor, Tensor> Logistic(Minimizer minimizer)
    {
        var random = new Random(5);
        Tensor truth = Tensor.From([1.0, -1, 0, 0, 0, 0]);
        (Tensor X, Tensor Y) Sample()
        {
            Tensor x = Dense.Of(MatrixMaker.Gaussian(random, 40, 6));
            Tensor score = x.MatMul(truth) + (1.5 * Dense.Of(MatrixMaker.Gaussian(random, 40)));
            return (x, Tensor.Where(score > 0, Tensor.OnesLike(score), Tensor.ZerosLike(score)));
        }

        (Tensor X, Tensor Y) train = Sample();
        (Tensor X, Tensor Y) validation = Sample();
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>(
            (w, h) => Hyperdiff.Losses.BinaryCrossEntropyWithLogits(train.X.MatMul(w), train.Y) + (0.5 * h.Exp() * w.Square().Sum()));
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>(
            (w, _) => Hyperdiff.Losses.BinaryCrossEntropyWithLogits(validation.X.MatMul(w), validation.Y));
        return Bilevel.Problem(inner.MinimizedBy(minimizer), outer);
    }
}
