namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>Stationary points without curvature: where f falls all the same they are no minima, and where it does not, or is constant, they are.</summary>
public sealed class DegenerateMinimaTests
{
    private static readonly Tensor s_none = Tensor.Scalar(1);

    private static readonly Tensor s_shares = Tensor.From([0.3, 0.7]);

    /// <summary>From a distance to a center to f, with the number of unknowns and whether the center is a minimum.</summary>
    public static IReadOnlyDictionary<string, (int Size, bool IsMinimum, Func<Tensor, Tensor> F)> Functions { get; } =
        new Dictionary<string, (int, bool, Func<Tensor, Tensor>)>
        {
            ["x³"] = (1, false, x => x.Pow(3).Sum()),
            ["−x⁴"] = (1, false, x => -x.Pow(4).Sum()),
            ["x⁵"] = (1, false, x => x.Pow(5).Sum()),
            ["−x⁶"] = (1, false, x => -x.Pow(6).Sum()),
            ["1000 + x³"] = (1, false, x => 1000 + x.Pow(3).Sum()),
            ["x³ + 100 x⁴"] = (1, false, x => (x.Pow(3) + (100 * x.Pow(4))).Sum()),
            ["a monkey saddle"] = (2, false, x => x[0].Pow(3) - (3 * x[0] * x[1].Square())),
            ["x³ + y²"] = (2, false, x => x[0].Pow(3) + x[1].Square()),
            ["x⁴ − y⁴"] = (2, false, x => x[0].Pow(4) - x[1].Pow(4)),
            ["x³ + y² + 10 z²"] = (3, false, x => x[0].Pow(3) + x[1].Square() + (10 * x[2].Square())),
            ["x⁴"] = (1, true, x => x.Pow(4).Sum()),
            ["x⁴ − 9 x⁶"] = (1, true, x => (x.Pow(4) - (9 * x.Pow(6))).Sum()),
            ["x² + y⁴"] = (2, true, x => x[0].Square() + x[1].Pow(4)),
            ["x²"] = (2, true, x => x[0].Square() + (0 * x[1])),
            ["(x + y)⁴"] = (2, true, x => (x[0] + x[1]).Pow(4)),
            ["(x + y + z)²"] = (3, true, x => x.Sum().Square()),
        };

    public static TheoryData<string, double, DType> Cases
    {
        get
        {
            var data = new TheoryData<string, double, DType>();
            foreach (string name in Functions.Keys)
            {
                foreach (double center in (double[])[0, 3, -1e-9, 1e6])
                {
                    data.Add(name, center, DType.Float64);
                }

                data.Add(name, 0, DType.Float32);
                data.Add(name, 3, DType.Float32);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void StationaryStart_IsJudgedByWhereFFalls(string name, double center, DType dtype)
    {
        (int size, bool isMinimum, Func<Tensor, Tensor> f) = Functions[name];
        Objective<Tensor, Tensor> objective = Objective.From<Tensor, Tensor>((w, h) => f(w - center) + (0 * h.Sum()));
        var start = Tensor.Full([size], center, dtype);
        Assert.All(StoppingRuleTests.Minimizers.Values, minimizer =>
        {
            SolveReport report = objective.MinimizedBy(minimizer).Solve(start, s_none.To(dtype)).Report;
            Assert.Equal(isMinimum ? SolveStatus.Converged : SolveStatus.NotAMinimum, report.Status);
            Assert.Equal(SolveStatus.Converged, objective.MinimizedBy(minimizer with { ChecksCurvature = false }).Solve(start, s_none.To(dtype)).Report.Status);
        });
    }

    [Theory]
    [InlineData(3, 1e-3)]
    [InlineData(3, 1e-6)]
    [InlineData(3, 1e-10)]
    [InlineData(2.01, 1e-6)]
    [InlineData(10, 1e-6)]
    public void EndAtAnInflection_IsNoMinimum(double from, double tolerance)
    {
        // from above both walk onto (w − 2)³ at 2, and f falls on beyond
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (w - 2).Pow(3).Sum() + (0 * h.Sum()));
        foreach (Minimizer minimizer in (Minimizer[])[Minimizer.NewtonCg(tolerance), Minimizer.Lbfgs(tolerance: tolerance)])
        {
            Assert.Equal(SolveStatus.NotAMinimum, f.MinimizedBy(minimizer).Solve(Tensor.From([from]), s_none).Report.Status);
        }
    }

    [Theory]
    [InlineData(1e-2)]
    [InlineData(1e-6)]
    [InlineData(1e-10)]
    public void EndAtAMinimum_WithMaximaBeside_IsOne(double tolerance)
    {
        // minima at odd multiples of π, and the maximum from which f falls again half a period beside
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => w.Cos().Sum() + (0 * h.Sum()));
        foreach (Minimizer minimizer in (Minimizer[])[Minimizer.NewtonCg(tolerance), Minimizer.Lbfgs(tolerance: tolerance),
            Minimizer.GradientDescent(StepSize.Fixed(0.1), tolerance)])
        {
            Assert.Equal(SolveStatus.Converged, f.MinimizedBy(minimizer).Solve(Tensor.From([2.0, 4, 3.3]), s_none).Report.Status);
        }
    }

    [Fact]
    public void ShiftedSoftmax_Converges_AlsoByBacktracking()
    {
        // rounding decides between values that are alike: a step that is too long for the slope is not taken for their sake
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => w.LogSumExp() - (w * s_shares).Sum() + (0 * h.Sum()));
        foreach (Minimizer minimizer in StoppingRuleTests.Minimizers.Values)
        {
            Solution<Tensor> solution = f.MinimizedBy(minimizer).Solve(Tensor.Zeros([2]), s_none);
            double[] w = solution.EnsureConverged().ToArray<double>();
            Assert.Equal(Math.Log(7.0 / 3), w[1] - w[0], 1e-9);
            Assert.InRange(solution.Report.Iterations, 1, 200);
        }
    }

    [Fact]
    public void Batch_JudgesEveryItemByItself()
    {
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (w.Pow(4) * h).Sum());
        BatchResult<Tensor> result = Diff.VmapWithReports(
            (Tensor h) => Argmin.Of(f.MinimizedBy(Minimizer.NewtonCg()), Tensor.Zeros([1]), h), Tensor.From([1.0, -1, 2]));
        Assert.Equal([SolveStatus.Converged, SolveStatus.NotAMinimum, SolveStatus.Converged], result.Reports.Select(reports => Assert.Single(reports).Status));
    }
}
