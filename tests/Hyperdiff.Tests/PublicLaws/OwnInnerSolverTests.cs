namespace Hyperdiff.Tests.PublicLaws;

/// <summary>What the library makes of fixed-point solvers, minimizers and root finders of the user's: what they do badly is told by name.</summary>
public sealed class OwnInnerSolverTests
{
    private const string Name = "mine";

    private static readonly Tensor s_h = Tensor.From([1.0, -2]);
    private static readonly FixedPointMap<Tensor, Tensor> s_map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h);
    private static readonly Objective<Tensor, Tensor> s_objective = Objective.From<Tensor, Tensor>((w, h) => (0.5 * w.Square()).Sum() - (h * w).Sum());
    private static readonly RootCondition<Tensor, Tensor> s_condition = RootCondition.From<Tensor, Tensor>((w, h) => w - h);

    private static Solution<Tensor> Map(Func<LeafVector, LeafVector, double, LeafVector> rule) =>
        s_map.SolvedBy(FixedPoint.From(Name, () => rule, maxIterations: 100)).Solve(Tensor.Zeros([2]), s_h);

    private static Solution<Tensor> Minimum(Func<ObjectiveOracle, InnerSolution> solve, CancellationToken cancellation = default) =>
        s_objective.MinimizedBy(Minimizer.From(Name, solve)).Solve(Tensor.Zeros([2]), s_h, null, cancellation);

    private static Solution<Tensor> Zero(Func<ConditionOracle, InnerSolution> solve, CancellationToken cancellation = default) =>
        s_condition.SolvedBy(Root.From(Name, solve)).Solve(Tensor.Zeros([2]), s_h, null, cancellation);

    public static TheoryData<string> Faults => new("null", "no leaves", "a leaf of null", "another shape", "another type");

    [Theory]
    [MemberData(nameof(Faults))]
    public void WhatIsNoStateOfTheProblem_IsRefused_ByName(string fault)
    {
        LeafVector wrong = fault switch
        {
            "no leaves" or "null" => default,
            "a leaf of null" => new LeafVector([null!]),
            "another shape" => (Tensor[])[Tensor.Zeros([3])],
            _ => (Tensor[])[Tensor.Zeros([2], DType.Float32)],
        };
        bool isNull = fault == "null";
        (Action Solve, string Type)[] solves =
        [
            (() => s_map.SolvedBy(FixedPoint.From(Name, () => isNull ? null! : (_, _, _) => wrong)).Solve(Tensor.Zeros([2]), s_h), "FunctionFixedPointSolver"),
            (() => Minimum(f => isNull ? null! : f.Solution(wrong)), "FunctionMinimizer"),
            (() => Minimum(f => f.Continues(wrong) ? null! : null!), "FunctionMinimizer"),
            (() => Minimum(f => f.At(wrong).Value > 0 ? null! : null!), "FunctionMinimizer"),
            (() => Zero(c => isNull ? null! : c.Solution(wrong)), "FunctionRootSolver"),
            (() => Zero(c => c.Jacobian(wrong) is null ? null! : null!), "FunctionRootSolver"),
        ];
        foreach ((Action solve, string type) in solves)
        {
            Exception refused = Record.Exception(solve)!;
            Assert.True(refused is InvalidOperationException or ShapeMismatchException, $"{fault} of {type}: {refused}");
            Assert.Contains($"{type} ({Name})", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WhatIsNotFinite_IsAStatus()
    {
        LeafVector nan = (Tensor[])[Tensor.Full([2], double.NaN)];

        Assert.Equal(SolveStatus.NonFiniteIterate, Map((_, _, _) => nan).Report.Status);
        Assert.Equal(SolveStatus.NonFiniteIterate, Minimum(f => f.Solution(nan)).Report.Status);
        Assert.Equal(SolveStatus.NonFiniteIterate, Zero(c => c.Solution(nan)).Report.Status);
    }

    [Fact]
    public void WhoStopsTooEarly_DidNotConverge_AndWhoDoesNotTell_IsJudgedAllTheSame()
    {
        Assert.Equal(SolveStatus.MaxIterations, Minimum(f => f.Solution(f.Start)).Report.Status);
        Assert.Equal(SolveStatus.MaxIterations, Zero(c => c.Solution((Tensor[])[s_h + 1e-3])).Report.Status);
        Assert.Equal(SolveStatus.Converged, Minimum(f => f.Solution((Tensor[])[s_h])).Report.Status);
        Assert.Equal(SolveStatus.Converged, Zero(c => c.Solution((Tensor[])[s_h + 1e-15])).Report.Status);
    }

    [Fact]
    public void WhoGoesOnForEver_IsEnded()
    {
        Solution<Tensor> evaluations = Minimum(f =>
        {
            for (LeafVector w = f.Start; ; w += 1.0 * w)
            {
                f.At((Tensor[])[w.Leaves[0] + 1]);
            }
        });
        Solution<Tensor> resting = Zero(c =>
        {
            while (c.Continues((Tensor[])[1.0 * c.Start.Leaves[0]]))
            {
            }

            return c.Solution(c.Start);
        });
        Solution<Tensor> mapped = Map((w, _, _) => w + (Tensor[])[Tensor.Ones([2])]);

        Assert.Equal(SolveStatus.MaxIterations, evaluations.Report.Status);
        Assert.EndsWith("it made 100000 products and went on", evaluations.Report.Solver, StringComparison.Ordinal);
        Assert.Equal(SolveStatus.Stagnated, resting.Report.Status);
        Assert.Equal((SolveStatus.MaxIterations, 100), (mapped.Report.Status, mapped.Report.Iterations));
    }

    [Fact]
    public void Cancellation_EndsAnyEvaluation_WithTheLastIterate()
    {
        using var source = new CancellationTokenSource();
        Solution<Tensor> found = Minimum(f =>
        {
            LeafVector w = f.Start;
            for (int i = 0; ; i++)
            {
                w -= 0.1 * f.At(w).Gradient;
                f.Continues(w);
                if (i == 2)
                {
                    source.Cancel();
                }
            }
        }, source.Token);

        Assert.Equal((SolveStatus.Cancelled, 3), (found.Report.Status, found.Report.Iterations));
        Assert.NotEqual(0, found.State.Norm().ToScalar());
    }

    [Fact]
    public void GivingUp_SaysWhy()
    {
        Solution<Tensor> found = Minimum(f => f.GiveUp(f.Start, SolveStatus.Breakdown, "the moon is full"));

        Assert.Equal(SolveStatus.Breakdown, found.Report.Status);
        Assert.EndsWith(": the moon is full", found.Report.Solver, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Zero(c => c.GiveUp(c.Start, SolveStatus.Converged, "sure")));
    }

    [Fact]
    public void WhatARuleDoesToItsVectors_NobodySees()
    {
        Solution<Tensor> plain = Map((_, image, _) => image), changed = Map((w, image, _) =>
        {
            LeafVector next = (Tensor[])[image.Leaves[0]];
            w.Leaves[0] = image.Leaves[0] = Tensor.Zeros([2]);
            return next;
        });

        Assert.True(plain.Report.Converged);
        Assert.Equal(plain.Report, changed.Report);
    }

    [Fact]
    public void ASaddle_IsNoMinimum_WhoeverFindsIt()
    {
        Objective<Tensor, Tensor> saddle = Objective.From<Tensor, Tensor>((w, _) => (Tensor.From([1.0, -1]) * w.Square()).Sum());
        SolveReport report = saddle.MinimizedBy(Minimizer.From(Name, f => f.Solution((Tensor[])[Tensor.Zeros([2])]))).Solve(Tensor.Ones([2]), s_h).Report;

        Assert.Equal(SolveStatus.NotAMinimum, report.Status);
    }
}
