namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>A start that is off along one eigenvector, beneath larger errors along others: whichever it is, a solve that is Converged is as close to the
/// solution as was asked for. In the few updates that the other errors take, nothing that is measured on the way is of a slow mode.</summary>
public sealed class SlowModeTests
{
    // ε^⅔, what is looked for beneath it, and what estimates may be off
    private const double Asked = 3.7e-11;
    private const double Multiple = 2.5;
    private const double Larger = 1e-3;

    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>((w, _) => (w - 0.3).Square().Sum());
    private static readonly Tensor s_rotation = Linalg.Eigh(Tensor.From(Symmetric(6))).Vectors;

    private static readonly Dictionary<string, (Alone Alone, Within Within)> s_solvers = new()
    {
        ["iteration"] = Map(FixedPoint.Iteration(maxIterations: 3000)),
        ["damped"] = Map(FixedPoint.Damped(0.7, maxIterations: 3000)),
        ["Anderson"] = Map(FixedPoint.Anderson(maxIterations: 3000)),
        ["Broyden"] = Map(FixedPoint.Broyden(maxIterations: 3000)),
        ["iteration in float32"] = Map(FixedPoint.InFloat32(FixedPoint.Iteration(maxIterations: 3000))),
        ["map of one's own"] = Map(Fixtures.Solvers.OwnSolvers.Map() with { MaxIterations = 3000 }),
        ["Newton-CG"] = Minimum(Minimizer.NewtonCg()),
        ["Newton-CG in float32"] = Minimum(Minimizer.InFloat32(Minimizer.NewtonCg())),
        ["L-BFGS"] = Minimum(Minimizer.Lbfgs()),
        ["gradient descent"] = Minimum(Minimizer.GradientDescent(StepSize.Fixed(1), maxIterations: 3000)),
        ["backtracking"] = Minimum(Minimizer.GradientDescent(StepSize.Backtracking(), maxIterations: 3000)),
        ["minimizer of one's own"] = Minimum(Fixtures.Solvers.OwnSolvers.Minimum()),
        ["Newton"] = Zero(Root.Newton()),
        ["root finder of one's own"] = Zero(Fixtures.Solvers.OwnSolvers.Zero()),
    };

    public static TheoryData<string, bool> Solvers
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string name in s_solvers.Keys)
            {
                data.Add(name, false);
                data.Add(name, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void Converged_HoldsAlongEveryEigenvector(string name, bool rotated)
    {
        var wrong = new List<string>();
        int converged = 0;
        foreach (double cubic in (double[])[0, 0.1])
        {
            foreach (double flattest in (double[])[1e-2, 1e-4, 1e-6])
            {
                Problem problem = new(Curvatures(flattest), rotated ? s_rotation : Tensor.Eye(6), cubic);
                for (int mode = 0; mode < 6; mode++)
                {
                    foreach (double off in (double[])[1e-9, 1e-8, 1e-6])
                    {
                        (Tensor state, SolveReport report) = s_solvers[name].Alone(problem, problem.Start(mode, off));
                        double error = (state - problem.Solution).Norm().ToScalar() / problem.Solution.Norm().ToScalar();
                        converged += report.Converged ? 1 : 0;
                        if (report.Converged && error > Multiple * Asked)
                        {
                            wrong.Add($"{problem} off by {off} along {mode}: error {error:g2}, {report}");
                        }
                    }
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong: {string.Join(Environment.NewLine, wrong.Take(8))}");
        Assert.True(converged >= 36, $"{converged} of 108 converged");
    }

    /// <summary>Errors along steep directions that bend into a flat one: the step that ends them leaves one there that was not there before.</summary>
    [Theory]
    [MemberData(nameof(Solvers))]
    public void Converged_HoldsWhereModesBendIntoASlowOne(string name, bool rotated)
    {
        var wrong = new List<string>();
        int converged = 0;
        foreach (double flattest in (double[])[1e-2, 1e-3, 1e-4])
        {
            foreach (double bend in (double[])[1e-6, 1e-5, 1e-4])
            {
                Problem problem = new(Curvatures(flattest), rotated ? s_rotation : Tensor.Eye(6), 0, bend);
                (Tensor state, SolveReport report) = s_solvers[name].Alone(problem, problem.Start(0, Larger));
                double error = (state - problem.Solution).Norm().ToScalar() / problem.Solution.Norm().ToScalar();
                converged += report.Converged ? 1 : 0;
                if (report.Converged && error > Multiple * Asked)
                {
                    wrong.Add($"{problem}: error {error:g2}, {report}");
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong: {string.Join(Environment.NewLine, wrong)}");
        Assert.True(converged >= 3, $"{converged} of 9 converged");
    }

    /// <summary>Within a hypergradient the adjoint shows what is slow, so that solves without slow modes pay nothing; an error that is left is unknown, and
    /// says so.</summary>
    [Theory]
    [MemberData(nameof(Solvers))]
    public void Hypergradients_RestOnSolutionsThatAreAsCloseAsTheySay(string name, bool rotated)
    {
        var wrong = new List<string>();
        int trusted = 0;
        foreach (double flattest in (double[])[1e-2, 1e-4, 1e-6])
        {
            Problem problem = new(Curvatures(flattest), rotated ? s_rotation : Tensor.Eye(6), 0.1);
            for (int mode = 0; mode < 6; mode++)
            {
                foreach (double off in (double[])[1e-9, 1e-8, 1e-6])
                {
                    ImplicitHypergradient<Tensor, Tensor> result = s_solvers[name].Within(problem, problem.Start(mode, off));
                    double error = (result.State - problem.Solution).Norm().ToScalar() / problem.Solution.Norm().ToScalar();
                    bool isTrusted = result.InnerReport.Converged && result.Warnings.All(warning => warning.Kind != WarningKind.UnknownError);
                    trusted += isTrusted ? 1 : 0;
                    if (isTrusted && error > Multiple * Asked)
                    {
                        wrong.Add($"{problem} off by {off} along {mode}: error {error:g2}, {result.InnerReport}");
                    }
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong: {string.Join(Environment.NewLine, wrong.Take(8))}");
        Assert.True(trusted >= 18, $"{trusted} of 54 trusted");
    }

    /// <summary>A series that is cut off tells nothing of slow modes: then the solve looks itself.</summary>
    [Fact]
    public void TruncatedAdjoints_DoNotStandForTheLook()
    {
        Problem problem = new(Curvatures(1e-4), Tensor.Eye(6), 0);
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => w - problem.Gradient(w, h));
        ImplicitHypergradient<Tensor, Tensor> result = Hypergradient.Phantom(3, 0.5)
            .Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Anderson()), s_outer), problem.Start(5, 1e-8), problem.Solution);

        Assert.True(result.InnerReport.Converged, result.ToString());
        Assert.InRange((result.State - problem.Solution).Norm().ToScalar() / problem.Solution.Norm().ToScalar(), 0, Multiple * Asked);
    }

    /// <summary>States that no basis is kept of in the cache: powers of the Jacobian tell that a map has no slow mode, and do not hide one.</summary>
    [Theory]
    [InlineData(0.45, 24)]
    [InlineData(0.9999, 200)]
    public void LargeStates_AreLookedAtByPowers(double slowest, int most)
    {
        const int Size = 10_000;
        double[] rates = [.. Enumerable.Range(0, Size).Select(i => 0.3 + (0.15 * i / Size))];
        rates[^1] = slowest;
        Tensor rate = Tensor.From(rates), solution = 1 + (0.5 * (0.7 * Tensor.Arange(Size).To(DType.Float64)).Sin());
        double[] off = [.. Enumerable.Range(0, Size).Select(i => i == Size - 1 ? 1e-6 : Larger * Math.Cos(i))];
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => h + (rate * (w - h)));

        Solution<Tensor> found = map.SolvedBy(FixedPoint.Iteration(maxIterations: 3000)).Solve(solution + Tensor.From(off), solution);

        double error = (found.State - solution).Norm().ToScalar() / solution.Norm().ToScalar();
        Assert.True(found.Report.Converged, found.ToString());
        Assert.InRange(error, 0, Multiple * Asked);
        Assert.InRange(found.Report.Products - found.Report.Iterations, 1, most);
    }

    /// <summary>A few hundred curvatures, evenly spread, of which no few products find the smallest: whoever is Converged with an estimate is right, and where
    /// products do not tell the error is unknown.</summary>
    [Theory]
    [InlineData("Newton-CG", 1e-4)]
    [InlineData("Newton-CG", 1e-6)]
    [InlineData("L-BFGS", 1e-4)]
    [InlineData("L-BFGS", 1e-6)]
    [InlineData("iteration", 1e-4)]
    [InlineData("Anderson", 1e-4)]
    [InlineData("Newton", 1e-6)]
    public void ManyCurvatures_AreSolvedOrUnknown(string name, double flattest)
    {
        const int Size = 300;
        Tensor curvature = Tensor.From([.. Enumerable.Range(0, Size).Select(i => Math.Pow(flattest, i / (Size - 1.0)))]);
        Tensor solution = 1 + (0.5 * (0.7 * Tensor.Arange(Size).To(DType.Float64)).Sin());
        var wrong = new List<string>();
        foreach (double off in (double[])[1e-9, 1e-8, 1e-6])
        {
            Problem problem = new(curvature, Tensor.Eye(Size), 0) { Solution = solution };
            Tensor start = solution + Tensor.From([.. Enumerable.Range(0, Size).Select(i => i > Size - 5 ? off : i < 5 ? Larger : 0)]);
            (Tensor state, SolveReport report) = s_solvers[name].Alone(problem, start);
            double error = (state - solution).Norm().ToScalar() / solution.Norm().ToScalar();
            if (report is { Converged: true, Error.IsEstimated: true } && error > Multiple * Asked)
            {
                wrong.Add($"off by {off}: error {error:g2}, {report}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong: {string.Join(Environment.NewLine, wrong)}");
    }

    private delegate (Tensor State, SolveReport Report) Alone(Problem problem, Tensor start);

    private delegate ImplicitHypergradient<Tensor, Tensor> Within(Problem problem, Tensor start);

    private static (Alone Alone, Within Within) Map(FixedPointSolver by)
    {
        return ((problem, start) => Told(Of(problem).Solve(start, problem.Solution)),

            // the default, the iteration, would end at its limit
            (problem, start) => Hypergradient.Implicit(LinearSolver.Gmres()).Compute(Bilevel.Problem(Of(problem), s_outer), start, problem.Solution));

        FixedPointFinding<Tensor, Tensor> Of(Problem problem) => FixedPointMap.From<Tensor, Tensor>((w, h) => w - problem.Gradient(w, h)).SolvedBy(by);
    }

    private static (Alone Alone, Within Within) Minimum(Minimizer by)
    {
        return ((problem, start) => Told(Of(problem).Solve(start, problem.Solution)),
            (problem, start) => Hypergradient.Implicit().Compute(Bilevel.Problem(Of(problem), s_outer), start, problem.Solution));

        Minimization<Tensor, Tensor> Of(Problem problem) => Objective.From<Tensor, Tensor>(problem.Value).MinimizedBy(by);
    }

    private static (Alone Alone, Within Within) Zero(RootSolver by)
    {
        return ((problem, start) => Told(Of(problem).Solve(start, problem.Solution)),
            (problem, start) => Hypergradient.Implicit().Compute(Bilevel.Problem(Of(problem), s_outer), start, problem.Solution));

        RootFinding<Tensor, Tensor> Of(Problem problem) => RootCondition.From<Tensor, Tensor>(problem.Gradient).SolvedBy(by);
    }

    private static (Tensor State, SolveReport Report) Told(Solution<Tensor> solution) => (solution.State, solution.Report);

    // from 1 down to the flattest, evenly in the exponent
    private static Tensor Curvatures(double flattest) => Tensor.From([.. Enumerable.Range(0, 6).Select(i => Math.Pow(flattest, i / 5.0))]);

    private static double[,] Symmetric(int size)
    {
        var elements = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                elements[i, j] = elements[j, i] = Math.Sin((3 * i) + (5 * j * j) + 1);
            }
        }

        return elements;
    }

    /// <summary>½ Σ aᵢ zᵢ² + ¼ c Σ aᵢ zᵢ⁴ + b z₀² z₅ with z = Qᵀ(w − h), whose minimum is h.</summary>
    private sealed record Problem(Tensor Curvatures, Tensor Rotation, double Quartic, double Bend = 0)
    {
        public Tensor Solution { get; init; } = Tensor.From([1.3, -0.7, 0.4, 1.1, -0.9, 0.6]);

        public Tensor Start(int mode, double off) => Solution + Rotation.MatMul(
            Tensor.From([.. Enumerable.Range(0, 6).Select(i => i == mode ? off : i < 3 ? (1 + (0.2 * i)) * Larger : 0)]));

        public Tensor Value(Tensor w, Tensor h)
        {
            Tensor z = (w - h).MatMul(Rotation);
            Tensor even = (Curvatures * ((0.5 * z.Square()) + (0.25 * Quartic * z.Square().Square()))).Sum();
            return Bend == 0 ? even : even + (Bend * z[0].Square() * z[5]);
        }

        public Tensor Gradient(Tensor w, Tensor h)
        {
            Tensor z = (w - h).MatMul(Rotation);
            if (Bend == 0)
            {
                return Rotation.MatMul(Curvatures * (z + (Quartic * z * z * z)));
            }

            Tensor bent = Bend * Tensor.Stack(0, 2 * z[0] * z[5], z[0].Square()).ScatterAdd(Tensor.From([0, 5]), 6);
            return Rotation.MatMul((Curvatures * (z + (Quartic * z * z * z))) + bent);
        }

        public override string ToString() => $"flattest {Curvatures.ToArray<double>()[^1]:g1}, quartic {Quartic}, bend {Bend}";
    }
}
