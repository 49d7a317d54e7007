namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>Solves converge by the error of their solution: the unit of f, the unit of w, the start and the element type do not matter, and convergent
/// iterations are never stopped.</summary>
public sealed class StoppingRuleTests
{
    // errors that are asked for by default, with the factor by which an estimate may be off
    private const double Float64 = 10 * 3.7e-11;
    private const double Float32 = 10 * 2.4e-5;

    public static IReadOnlyDictionary<string, Minimizer> Minimizers { get; } = new Dictionary<string, Minimizer>
    {
        ["Newton-CG"] = Minimizer.NewtonCg(),
        ["L-BFGS"] = Minimizer.Lbfgs(),
        ["backtracking"] = Minimizer.GradientDescent(StepSize.Backtracking()),
    };

    public static IReadOnlyDictionary<string, FixedPointSolver> Maps { get; } = new Dictionary<string, FixedPointSolver>
    {
        ["iteration"] = FixedPoint.Iteration(),
        ["damped"] = FixedPoint.Damped(0.7),
        ["Anderson"] = FixedPoint.Anderson(),
        ["Broyden"] = FixedPoint.Broyden(),
    };

    public static IReadOnlyDictionary<string, RootSolver> Roots { get; } = new Dictionary<string, RootSolver>
    {
        ["auto"] = Root.Newton(),
        ["GMRES"] = Root.Newton(LinearSolver.Gmres()),
        ["LU"] = Root.Newton(LinearSolver.DenseLu()),
    };

    public static TheoryData<string, double> Scaled(IEnumerable<string> names, double[] scales)
    {
        var data = new TheoryData<string, double>();
        foreach (string name in names)
        {
            foreach (double scale in scales)
            {
                data.Add(name, scale);
            }
        }

        return data;
    }

    public static TheoryData<string, double> MinimizersAtScales => Scaled(Minimizers.Keys, [1, 1e-9, 1e-30, 1e12]);

    public static TheoryData<string, double> MinimizersFromStarts => Scaled(Minimizers.Keys.Take(2), [0, 10, 1e4, 1e8]);

    public static TheoryData<string, double> MapsAtScales => Scaled(Maps.Keys, [1, 1e-9, 1e-12, 1e-60, 1e12]);

    public static TheoryData<string, double> RootsAtScales => Scaled(Roots.Keys, [1, 1e-9, 1e-30, 1e12]);

    public static TheoryData<string> MinimizerNames => new(Minimizers.Keys);

    public static TheoryData<string> MapNames => new(Maps.Keys);

    [Theory]
    [MemberData(nameof(MinimizersAtScales))]
    public void Minimum_OfAScaledObjective_IsItsMinimum_AndSoIsTheHypergradient(string name, double scale)
    {
        // w* = λ whatever the scale of f: d(w*²)/dλ = 4 at λ = 2; backtracking needs a step in the unit of 1/f
        Minimizer minimizer = name == "backtracking" ? Minimizer.GradientDescent(StepSize.Backtracking(0.4 / scale)) : Minimizers[name];
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => scale * (w - h).Square().Sum());
        Minimization<Tensor, Tensor> minimization = f.MinimizedBy(minimizer);
        Tensor gradient = Diff.Grad(h => Argmin.Of(minimization, Tensor.Zeros([1]), h).Square().Sum(), Tensor.From([2.0]));
        SolveReport report = minimization.Solve(Tensor.Zeros([1]), Tensor.From([2.0])).Report;

        Assert.Equal(4, gradient.ToArray<double>()[0], 4 * Float64);
        Assert.True(report.Converged && report.Error.IsEstimated && report.Residual <= report.Tolerance, report.ToString());
    }

    [Theory]
    [MemberData(nameof(MinimizersFromStarts))]
    public void Minimum_DoesNotDependOnTheStart(string name, double start)
    {
        // 2 (w − 2) + 4e-3 w³ = 0; the derivative of w² at λ = 2 is 4 w / (2 + 0.012 w²)
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => ((w - h).Square() + (1e-3 * w.Square().Square())).Sum());
        double root = 2;
        for (int i = 0; i < 50; i++)
        {
            root -= ((2 * (root - 2)) + (4e-3 * root * root * root)) / (2 + (0.012 * root * root));
        }

        Tensor gradient = Diff.Grad(h => Argmin.Of(f.MinimizedBy(Minimizers[name]), Tensor.From([start]), h).Square().Sum(), Tensor.From([2.0]));

        Assert.Equal(4 * root / (2 + (0.012 * root * root)), gradient.ToArray<double>()[0], 4 * Float64);
    }

    [Theory]
    [MemberData(nameof(MapsAtScales))]
    public void FixedPoint_OfAnyScale_IsFoundToItsDigits(string name, double scale)
    {
        // w = ½ w + ½ λ, and a bend that scales along
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.3 * w) + (0.2 * scale * (w / scale).Sin()) + h);
        double expected = 1;
        for (int i = 0; i < 200; i++)
        {
            expected = (0.3 * expected) + (0.2 * Math.Sin(expected)) + 1;
        }

        foreach (double start in new[] { 0, 3 * scale })
        {
            Solution<Tensor> solution = map.SolvedBy(Maps[name]).Solve(Tensor.From([start]), Tensor.From([scale]));

            Assert.Equal(expected, solution.EnsureConverged().ToArray<double>()[0] / scale, Float64);
            Assert.InRange(Math.Abs((solution.State.ToArray<double>()[0] / scale) - expected), 0, (solution.Report.Error.High / scale) + 1e-15);
        }
    }

    [Theory]
    [MemberData(nameof(RootsAtScales))]
    public void Root_OfAScaledCondition_IsItsRoot(string name, double scale)
    {
        RootCondition<Tensor, Tensor> c = RootCondition.From<Tensor, Tensor>((w, h) => scale * (w + (0.1 * w.Pow(3)) - h));
        Tensor w = c.SolvedBy(Roots[name]).Solve(Tensor.Zeros([1]), Tensor.From([2.0])).EnsureConverged();
        double root = w.ToArray<double>()[0];

        Assert.Equal(2, root + (0.1 * root * root * root), 4 * Float64);
    }

    [Theory]
    [MemberData(nameof(MinimizerNames))]
    public void Float32_ConvergesByDefault(string name)
    {
        Tensor a = Tensor.From([1f, 3f, 0.5f]);
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (0.5 * (a * w.Square()).Sum()) - (w * h).Sum() + (0.1f * w.Exp().Sum()));
        Tensor w = f.MinimizedBy(Minimizers[name]).Solve(Tensor.Zeros([3], DType.Float32), Tensor.Ones([3], DType.Float32)).EnsureConverged();

        Assert.All(((a * w) - 1 + (0.1f * w.Exp())).ToArray<float>(), element => Assert.Equal(0, element, 3 * Float32));
    }

    [Theory]
    [MemberData(nameof(MapNames))]
    public void Float32Maps_ConvergeByDefault(string name)
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.8f * w.Tanh()) + h);
        map.SolvedBy(Maps[name]).Solve(Tensor.Zeros([3], DType.Float32), Tensor.From([1f, 0.1f, -2f])).EnsureConverged();
    }

    [Fact]
    public void AFarExcursion_IsNoReasonToAskForLess()
    {
        // Broyden's method goes by 10¹⁸ on its way back from 10⁶, and has no digits left in float32: 3 % off, which was Converged
        Tensor h = Tensor.From([2.0, -1, 0.5]).To(DType.Float32);
        Solution<Tensor> solution = FixedPointMap.From<Tensor, Tensor>((w, x) => (0.9999 * w) + ((1 - 0.9999) * x)).SolvedBy(FixedPoint.Broyden())
            .Solve(Tensor.From([1e6, 0, 0]).To(DType.Float32), h);
        double error = (solution.State - h).Norm().ToScalar() / h.Norm().ToScalar();

        Assert.True(!solution.Report.Converged || error <= 1e-4, $"{solution.Report}: {error}");
    }

    [Fact]
    public void SlowDrift_IsNeverConvergedFarFromItsEnd()
    {
        // ρ = 1 − 1e-9: the residual is 1e-9 of the error
        FixedPointMap<Tensor, Tensor> drift = FixedPointMap.From<Tensor, Tensor>((w, h) => w + (1e-9 * (h - w)));
        SolveReport report = drift.Solve(Tensor.From([2.0, 1]), Tensor.From([1.0, 1])).Report;
        Assert.False(report.Converged, report.ToString());
        Assert.True(report.Error.High > 0.9, report.ToString());

        // below the tolerance of its residual at once
        SolveReport slower = FixedPointMap.From<Tensor, Tensor>((w, h) => w + (1e-13 * (h - w))).Solve(Tensor.From([2.0]), Tensor.From([1.0])).Report;
        Assert.False(slower.Converged, slower.ToString());
    }

    [Fact]
    public void LeavesOfDifferentScales_AreEachSolved()
    {
        Tree<(Tensor, Tensor)> tree = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        FixedPointMap<(Tensor, Tensor), Tensor> map = FixedPointMap.From<(Tensor, Tensor), Tensor>(
            (w, h) => ((0.5 * w.Item1) + 5e11, (0.9 * w.Item2) + (0.1 * h)), "Mixed", tree);
        (_, Tensor small) = map.Solve((Tensor.Zeros([1]), Tensor.Zeros([1])), Tensor.From([1.0])).EnsureConverged();

        Assert.Equal(1, small.ToArray<double>()[0], Float64);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(40)]
    public void NonNormalContraction_ThatGrowsFirst_Converges(int size)
    {
        Tensor shift = Tensor.From([.. Enumerable.Range(0, size * size).Select(i => ((i % size) - (i / size)) switch { 0 => 0.9, 1 => 0.5, _ => 0.0 })],
            [size, size]);
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => shift.MatMul(w) + h);
        SolveReport report = map.SolvedBy(FixedPoint.Iteration(1e-6)).Solve(Tensor.Zeros([size]), Tensor.Ones([size])).Report;

        Assert.True(report.Converged, report.ToString());
    }

    [Fact]
    public void GradientDescent_FromNearASaddle_ReachesTheMinimum()
    {
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, _) => ((0.25 * w.Square().Square()) - (0.5 * w.Square())).Sum());
        Tensor w = f.MinimizedBy(Minimizer.GradientDescent(StepSize.Fixed(0.1))).Solve(Tensor.From([1e-12]), Tensor.Scalar(0)).EnsureConverged();

        Assert.Equal(1, w.ToArray<double>()[0], Float64);
    }

    [Fact]
    public void Rosenbrock_ByBacktracking_IsNotStoppedWhileItFalls()
    {
        Objective<Tensor, Tensor> valley = Objective.From<Tensor, Tensor>((w, _) => (1 - w[0]).Square() + (100 * (w[1] - w[0].Square()).Square()));
        Solution<Tensor> solution = valley.MinimizedBy(Minimizer.GradientDescent(StepSize.Backtracking(), 1e-6))
            .Solve(Tensor.From([-1.2, 1]), Tensor.Scalar(0));

        Assert.All(solution.EnsureConverged().ToArray<double>(), element => Assert.Equal(1, element, 1e-4));
    }

    [Theory]
    [MemberData(nameof(MapNames))]
    public void SolutionsOfZero_End(string name)
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w.Sin()) + h);
        Solution<Tensor> solution = map.SolvedBy(Maps[name]).Solve(Tensor.From([1.0, 0.3]), Tensor.Zeros([2]));
        Assert.All(solution.EnsureConverged().ToArray<double>(), element => Assert.Equal(0, element, 1e-15));

        // by cancellation: the terms are of order 1
        FixedPointMap<Tensor, Tensor> cancelling = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * (w + h).Cos()) - (0.5 * h.Cos()));
        Assert.Equal(0, cancelling.SolvedBy(Maps[name]).Solve(Tensor.From([0.4]), Tensor.From([0.7])).EnsureConverged().ToArray<double>()[0], 1e-15);
    }

    [Theory]
    [MemberData(nameof(MinimizerNames))]
    public void MinimaAtZero_End(string name)
    {
        Tree<(Tensor, Tensor)> tree = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        Tensor x = Tensor.From(new double[,] { { 1, 1 }, { -1, 2 }, { 0.3, 0.7 } });

        // the second leaf has its minimum at 0, by cancellation of terms of order 1
        Objective<(Tensor, Tensor), Tensor> f = Objective.From<(Tensor, Tensor), Tensor>(
            (w, h) => (x.MatMul(w.Item1) - h).Square().Sum() + (w.Item2 - h.Sin() + h.Sin()).Square().Sum() + (0.1 * (w.Item2 * w.Item2).Sum()), "Two", tree);
        Solution<(Tensor, Tensor)> solution = f.MinimizedBy(
            Minimizers[name] is GradientDescentMinimizer ? Minimizer.GradientDescent(StepSize.Backtracking(0.05)) : Minimizers[name])
            .Solve((Tensor.Zeros([2]), Tensor.Ones([3])), Tensor.From([1.0, 2, 3]));

        Assert.All(solution.EnsureConverged().Item2.ToArray<double>(), element => Assert.Equal(0, element, 1e-10));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(-100)]
    [InlineData(300)]
    public void NonconvexStarts_HaveTheSameIterates_InAnyUnitOfF(int exponent)
    {
        // where conjugate gradients find negative curvature at once, what is left is −∇f, which has the unit of f
        Tensor q = Tensor.From(new double[,] { { 0.135, -0.341 }, { -0.341, 0.866 } });
        Solution<Tensor> Solve(double unit) => Objective.From<Tensor, Tensor>(
            (w, h) => unit * ((0.5 * w * q.MatMul(w)).Sum() + (1 + w.Square()).Log().Sum() + (0 * h.Sum())))
            .MinimizedBy(Minimizer.NewtonCg(absoluteTolerance: 1e-9)).Solve(Tensor.From([-15.76, 4.49]), Tensor.Scalar(1));
        (Solution<Tensor> one, Solution<Tensor> scaled) = (Solve(1), Solve(Math.ScaleB(1, exponent)));
        Assert.True(one.Report.Converged);
        Assert.Equal(one.EnsureConverged().ToArray<double>(), scaled.State.ToArray<double>());
        Assert.Equal((one.Report.Status, one.Report.Iterations), (scaled.Report.Status, scaled.Report.Iterations));
    }

    [Theory]
    [MemberData(nameof(MinimizerNames))]
    public void SaddleAsStart_IsNoMinimum(string name)
    {
        Objective<Tensor, Tensor> saddle = Objective.From<Tensor, Tensor>((w, h) => (w[0].Square() - w[1].Square()) + (0 * h.Sum()));
        Assert.Equal(SolveStatus.NotAMinimum, saddle.MinimizedBy(Minimizers[name]).Solve(Tensor.Zeros([2]), Tensor.Scalar(1)).Report.Status);

        // along its stable direction every method walks onto it
        SolveReport along = saddle.MinimizedBy(
            Minimizers[name] is GradientDescentMinimizer ? Minimizer.GradientDescent(StepSize.Fixed(0.3)) : Minimizers[name])
            .Solve(Tensor.From([1.0, 0]), Tensor.Scalar(1)).Report;
        Assert.Equal(SolveStatus.NotAMinimum, along.Status);
    }

    [Fact]
    public void ConstrainedMaximum_IsNoMinimum()
    {
        // −(y − h)² on [−1, 2], from near the maximum at h
        Objective<Tensor, Tensor> hill = Objective.From<Tensor, Tensor>((y, h) => -(y - h).Square().Sum());
        ConstrainedObjective<Tensor, Tensor> problem = hill.SubjectTo(inequalities: (y, _) => Tensor.Concat(0, -1 - y, y - 2));
        var h = Tensor.From([0.3]);
        SolveReport report = problem.Kkt.SolvedBy(Root.Newton()).Solve(problem.Start(Tensor.From([0.1]), h), h).Report;
        Assert.Equal(SolveStatus.NotAMinimum, report.Status);

        // at a bound nothing is free: a minimum
        ConstrainedObjective<Tensor, Tensor> slope = Objective.From<Tensor, Tensor>((y, h) => (-(y * y) + (10 * h * y)).Sum())
            .SubjectTo(inequalities: (y, _) => -1 - y);
        var near = new KktPoint<Tensor>(Tensor.From([-0.99]), Tensor.Zeros([0]), Tensor.From([10.0]));
        Assert.Equal(-1, slope.Kkt.SolvedBy(Root.Newton()).Solve(near, Tensor.From([1.0])).EnsureConverged().State.ToArray<double>()[0], Float64);
    }

    [Fact]
    public void ToleranceBelowRounding_EndsSoon_AndNamesWhatCanBeHad()
    {
        FixedPointMap<Tensor, Tensor> cosine = FixedPointMap.From<Tensor, Tensor>((w, h) => w.Cos() + h);
        SolveReport report = cosine.SolvedBy(FixedPoint.Iteration(1e-18)).Solve(Tensor.Scalar(1), Tensor.Scalar(0)).Report;
        Assert.Equal(SolveStatus.Stagnated, report.Status);
        Assert.InRange(report.Iterations, 80, 130);
        Assert.InRange(report.Error.High, 1e-17, 1e-14);

        // no tolerance at all asks for updates
        SolveReport updates = cosine.SolvedBy(FixedPoint.Iteration(0, maxIterations: 77)).Solve(Tensor.Scalar(1), Tensor.Scalar(0)).Report;
        Assert.Equal((SolveStatus.MaxIterations, 77), (updates.Status, updates.Iterations));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-40)]
    [InlineData(37)]
    public void PowersOfTwo_InTheUnitOfFOrOfW_ChangeNothing(int power)
    {
        double unit = Math.ScaleB(1, power);
        Tensor a = Tensor.From([1.0, 3, 0.5]);
        Tensor Minimum(Minimizer by, double f, double w) =>
            Objective.From<Tensor, Tensor>((x, h) => f * ((0.5 * (a * (x / w).Square()).Sum()) - (x / w * h).Sum() + (x / w).Exp().Sum()))
            .MinimizedBy(by).Solve(w * Tensor.From([0.2, 0.1, -0.3]), Tensor.From([2.0, -1, 0.5])).EnsureConverged();

        foreach (Minimizer by in new[] { Minimizer.NewtonCg(), Minimizer.Lbfgs() })
        {
            double[] expected = Minimum(by, 1, 1).ToArray<double>();
            Assert.Equal(expected, Minimum(by, unit, 1).ToArray<double>());
            Assert.Equal(expected, (Minimum(by, 1, unit) / unit).ToArray<double>());
        }
    }

    [Theory]
    [MemberData(nameof(MinimizerNames))]
    public void SolvedStart_IsConverged(string name)
    {
        Tensor a = Tensor.From([1.0, 3, 0.5]);
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (0.5 * (a * w.Square()).Sum()) - (w * h).Sum() + (0.1 * w.Exp().Sum()));
        Tensor solved = f.MinimizedBy(Minimizer.NewtonCg(1e-15)).Solve(Tensor.Zeros([3]), Tensor.Ones([3])).State;
        SolveReport report = f.MinimizedBy(Minimizers[name]).Solve(solved, Tensor.Ones([3])).Report;

        Assert.True(report.Converged, report.ToString());
        Assert.InRange(report.Iterations, 0, 25);
    }
}
