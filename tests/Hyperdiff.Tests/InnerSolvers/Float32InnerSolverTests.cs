using System.Globalization;
using System.Text.RegularExpressions;
using Hyperdiff.Fixtures.Solvers;

namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>Inner solves that iterate in float32 keep to the tolerance in float64, and say what was done in which.</summary>
public sealed partial class Float32InnerSolverTests
{
    private const int Size = 30;
    private const double Tolerance = 1e-11;

    // a tenth of it is left for what the reference itself is off, and the error is estimated to a few per cent
    private const double Reference = 1e-13;
    private const double Asked = 1.1 * Tolerance;

    private static readonly RandomKey s_key = RandomKey.FromSeed(11);

    // not symmetric, with a spectral radius of about 0.9
    private static readonly Tensor s_matrix = 0.9 * s_key.Normal([Size, Size]) / Math.Sqrt(Size);
    private static readonly Tensor s_hyper = s_key.Fold(1).Normal([Size]);
    private static readonly Tensor s_start = Tensor.Zeros([Size]);
    private static readonly Tensor s_data = s_key.Fold(2).Normal([4 * Size, Size]);
    private static readonly Tensor s_labels = s_key.Fold(3).Normal([4 * Size]).Sign();

    private static readonly FixedPointMap<Tensor, Tensor> s_map = FixedPointMap.From<Tensor, Tensor>((w, h) => (s_matrix.MatMul(w) + h).Tanh(), "Φ");

    private static readonly Objective<Tensor, Tensor> s_logistic = Objective.From<Tensor, Tensor>(
        (w, h) => (-s_labels * s_data.MatMul(w)).Softplus().Mean() + (0.05 * w.Square().Sum()) - (0.1 * h.Dot(w)), "f");

    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>((w, h) => w.Sin().Sum() + (0.1 * h.Square().Sum()), "F");

    // of problems at random, and of those that are to end well
    private const int Problems = 70;
    private const int Enough = 63;

    // what a default of the library may be off, where its own estimate of the error is good to a digit
    private static readonly double s_default = 10 * new Tolerance(null, 0).RelativeAt(DType.Float64.Epsilon());

    private static readonly Dictionary<string, FixedPointSolver> s_iterations = new()
    {
        ["fixed point"] = FixedPoint.Iteration(Tolerance),
        ["damped"] = FixedPoint.Damped(0.7, Tolerance),
        ["Anderson"] = FixedPoint.Anderson(tolerance: Tolerance),
        ["Broyden"] = FixedPoint.Broyden(tolerance: Tolerance),
        ["of one's own"] = FixedPoint.From("own", () => (w, image, _) => image, Tolerance),
    };

    private static readonly Dictionary<string, Minimizer> s_minimizers = new()
    {
        ["Newton-CG"] = Minimizer.NewtonCg(Tolerance),
        ["L-BFGS"] = Minimizer.Lbfgs(tolerance: Tolerance),
        ["gradient descent"] = Minimizer.GradientDescent(StepSize.Fixed(1), Tolerance),
        ["of one's own"] = OwnSolvers.Minimum(Tolerance),
    };

    /// <summary>Quadratics with a known minimum, of conditions up to 10⁷, turned at random.</summary>
    private static (Objective<Tensor, Tensor> F, Tensor Minimum) Steep(int seed)
    {
        RandomKey[] keys = RandomKey.FromSeed(seed).Split(3);
        int size = 2 + (seed % 4);
        double condition = Math.Pow(10, 4 + (seed % 7 * 0.5));
        Tensor turned = Linalg.Qr(keys[0].Normal([size, size])).Q;
        Tensor curvatures = Tensor.From([.. Enumerable.Range(0, size).Select(i => Math.Pow(condition, -i / (size - 1.0)))]);
        Tensor hessian = (turned * curvatures).MatMul(turned.Transpose());
        return (Objective.From<Tensor, Tensor>((w, h) => 0.5 * ((w - h) * hessian.To(w.DType).MatMul(w - h)).Sum()), 3 * keys[1].Normal([size]));
    }

    [Fact]
    public void SlowParts_ThatACorrectionLeaves_AreSeen()
    {
        // the residual of what a correction leaves is below what any step showed of it: the next correction tells. Conditions are such that rounding, which
        // is another on another processor, keeps a few from the tolerance
        int converged = 0;
        for (int seed = 0; seed < Problems; seed++)
        {
            (Objective<Tensor, Tensor> f, Tensor minimum) = Steep(seed);
            Solution<Tensor> found = f.MinimizedBy(Minimizer.InFloat32(Minimizer.Lbfgs())).Solve(Tensor.Zeros(minimum.Shape), minimum);
            double error = (found.State - minimum).Norm().ToScalar() / minimum.Norm().ToScalar();
            Assert.True(!found.Report.Converged || error <= s_default, $"{seed}: off by {error:G2}, {found.Report}");
            converged += found.Report.Converged ? 1 : 0;
        }

        Assert.InRange(converged, Enough, Problems);
    }

    [Fact]
    public void SlowPartsOfAMap_AreSeen()
    {
        // one eigenvalue of 0.999, the others anywhere
        int converged = 0;
        for (int seed = 0; seed < Problems; seed++)
        {
            RandomKey[] keys = RandomKey.FromSeed(seed).Split(4);
            int size = 3 + (seed % 4);
            Tensor turned = Linalg.Qr(keys[0].Normal([size, size])).Q;
            Tensor slopes = Tensor.Concat(0, Tensor.From([0.999]), keys[1].Uniform([size - 1], -0.99, 0.99));
            Tensor jacobian = (turned * slopes).MatMul(turned.Transpose());
            FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => h + jacobian.MatMul((w - h).Sin()));
            Tensor point = keys[2].Normal([size]);
            Solution<Tensor> found = map.SolvedBy(FixedPoint.InFloat32(FixedPoint.Anderson())).Solve(Tensor.Zeros([size]), point);
            double error = (found.State - point).Norm().ToScalar() / point.Norm().ToScalar();
            Assert.True(!found.Report.Converged || error <= s_default, $"{seed}: off by {error:G2}, {found.Report}");
            converged += found.Report.Converged ? 1 : 0;
        }

        Assert.InRange(converged, Enough, Problems);
    }

    [Fact]
    public void StepsThatMoveNothing_EndASearch()
    {
        // a step below the rounding of w has the value and the slope of its start, and was made again and again, to the limit of updates
        int ended = 0;
        for (int seed = 0; seed < Problems; seed++)
        {
            (Objective<Tensor, Tensor> f, Tensor minimum) = Steep(seed);
            SolveReport report = f.MinimizedBy(Minimizer.Lbfgs()).Solve(
                Tensor.Zeros(minimum.Shape, DType.Float32), minimum.To(DType.Float32)).Report;
            Assert.True(report.Status is SolveStatus.Converged or SolveStatus.Stagnated, $"{seed}: {report}");
            ended += report.Iterations < 1000 ? 1 : 0;
        }

        Assert.InRange(ended, Enough, Problems);
    }

    public static TheoryData<string> Iterations => new(s_iterations.Keys);

    public static TheoryData<string> Minimizers => new(s_minimizers.Keys);

    [Theory]
    [MemberData(nameof(Iterations))]
    public void AMap_IsSolvedInFloat32_ToTheToleranceInFloat64(string name)
    {
        Solution<Tensor> found = s_map.SolvedBy(FixedPoint.InFloat32(s_iterations[name])).Solve(s_start, s_hyper);
        Tensor exact = s_map.SolvedBy(FixedPoint.Anderson(tolerance: Reference)).Solve(s_start, s_hyper).EnsureConverged();

        AssertSolved(found, exact);
        Evidence evidence = Evidence.Of(found.Report);
        Assert.InRange(evidence.Corrections, 1, 4);

        // the start, the state that float32 finds, and one for each correction; and nine that look for a slower mode
        Assert.Equal(evidence.Corrections + 2 + 9, found.Report.Products - evidence.Narrow);
    }

    [Theory]
    [MemberData(nameof(Minimizers))]
    public void AMinimum_IsFoundInFloat32_ToTheToleranceInFloat64(string name)
    {
        Minimizer inner = s_minimizers[name] with { ChecksCurvature = false };
        Solution<Tensor> found = s_logistic.MinimizedBy(Minimizer.InFloat32(inner)).Solve(s_start, s_hyper);
        Tensor exact = s_logistic.MinimizedBy(Minimizer.NewtonCg(Reference)).Solve(s_start, s_hyper).EnsureConverged();

        AssertSolved(found, exact);
        Evidence evidence = Evidence.Of(found.Report);
        Assert.InRange(evidence.Corrections, 2, 5);

        // the last correction tells that none is needed
        Assert.Equal(evidence.Corrections + 1, found.Report.Products - evidence.Narrow);
    }

    /// <summary>Iterated in float32 itself, such a map comes to rest ε₃₂/(1 − ρ) away from its fixed point, 6e-6 of it.</summary>
    [Fact]
    public void ASlowMap_IsSolvedBeyondWhereFloat32ItselfComesToRest()
    {
        Tensor slopes = Tensor.From([.. Enumerable.Range(0, Size).Select(i => 0.99 * Math.Cos(i))]);
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (slopes * w) + h);
        Solution<Tensor> found = map.SolvedBy(FixedPoint.InFloat32(FixedPoint.Iteration(Tolerance))).Solve(s_start, s_hyper);

        AssertSolved(found, s_hyper / (1 - slopes));
        Assert.True(Evidence.Of(found.Report).Narrow > 0.9 * found.Report.Products, found.Report.ToString());
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-6)]
    [InlineData(1e-9)]
    public void ALooserTolerance_Holds_AndTakesFewerProducts(double tolerance)
    {
        Tensor exact = s_map.SolvedBy(FixedPoint.Anderson(tolerance: Reference)).Solve(s_start, s_hyper).EnsureConverged();
        SolveReport tight = s_map.SolvedBy(FixedPoint.InFloat32(FixedPoint.Iteration(Tolerance))).Solve(s_start, s_hyper).Report;
        Solution<Tensor> found = s_map.SolvedBy(FixedPoint.InFloat32(FixedPoint.Iteration(tolerance))).Solve(s_start, s_hyper);

        Assert.True(found.Report.Converged, found.Report.ToString());
        Assert.InRange(((found.State - exact).Norm() / exact.Norm()).ToScalar(), 0, 1.1 * tolerance);
        Assert.InRange(found.Report.Products, 0, tight.Products - 1);
    }

    [Fact]
    public void HypergradientsThroughIt_AreThoseOfFloat64()
    {
        // ‖(I − J)⁻¹‖ and ‖H⁻¹‖ are below 30
        const double Accuracy = 30 * Tolerance;
        AssertClose(
            Of(s_map.SolvedBy(FixedPoint.Iteration(Tolerance)), LinearSolver.Gmres(tolerance: Tolerance)),
            Of(s_map.SolvedBy(FixedPoint.InFloat32(FixedPoint.Iteration(Tolerance))), LinearSolver.InFloat32(LinearSolver.Gmres(tolerance: Tolerance))),
            Accuracy);
        AssertClose(
            Minimal(Minimizer.NewtonCg(Tolerance)), Minimal(Minimizer.InFloat32(Minimizer.NewtonCg(Tolerance))), Accuracy);
        AssertClose(
            Diff.Grad(h => s_outer.Evaluate(FixedPoint.Of(s_map.SolvedBy(FixedPoint.Iteration(Tolerance)), s_start, h), h), s_hyper),
            Diff.Grad(
                h => s_outer.Evaluate(FixedPoint.Of(s_map.SolvedBy(FixedPoint.InFloat32(FixedPoint.Iteration(Tolerance))), s_start, h), h), s_hyper),
            Accuracy);

        static Tensor Of(FixedPointFinding<Tensor, Tensor> inner, LinearSolver adjoint) =>
            Hypergradient.Implicit(adjoint).Compute(Bilevel.Problem(inner, s_outer), s_start, s_hyper).EnsureConverged();

        static Tensor Minimal(Minimizer by) => Hypergradient.Implicit(LinearSolver.ConjugateGradient(Tolerance))
            .Compute(Bilevel.Problem(s_logistic.MinimizedBy(by), s_outer), s_start, s_hyper).EnsureConverged();
    }

    [Fact]
    public void StatesInFloat32_AndCountsOfUpdates_AreTheSolversWithinAsTheyAre()
    {
        FixedPointMap<Tensor, Tensor> narrow = FixedPointMap.From<Tensor, Tensor>((w, h) => (s_matrix.To(DType.Float32).MatMul(w) + h).Tanh(), "Φ");
        (Tensor start, Tensor hyper) = (s_start.To(DType.Float32), s_hyper.To(DType.Float32));
        Assert.Equal(
            narrow.SolvedBy(FixedPoint.Iteration()).Solve(start, hyper).State.ToArray<float>(),
            narrow.SolvedBy(FixedPoint.InFloat32(FixedPoint.Iteration())).Solve(start, hyper).State.ToArray<float>());

        FixedPointSolver counted = FixedPoint.Iteration(0, maxIterations: 7);
        Solution<Tensor> found = s_map.SolvedBy(FixedPoint.InFloat32(counted)).Solve(s_start, s_hyper);
        Assert.Equal(s_map.SolvedBy(counted).Solve(s_start, s_hyper).State.ToArray<double>(), found.State.ToArray<double>());
        Assert.Equal(7, found.Report.Iterations);
    }

    [Fact]
    public void NumbersBeyondFloat32_AreLeftToFloat64_WithANote()
    {
        const double unit = 1e60;
        Solution<Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h).SolvedBy(FixedPoint.InFloat32(FixedPoint.Iteration(Tolerance)))
            .Solve(s_start, unit * s_hyper);
        AssertSolved(map, 2 * unit * s_hyper);
        Assert.Contains("in float64: numbers beyond the range of float32", map.Report.Solver, StringComparison.Ordinal);

        Solution<Tensor> minimum = Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum())
            .MinimizedBy(Minimizer.InFloat32(Minimizer.NewtonCg(Tolerance))).Solve(s_start, unit * s_hyper);
        AssertSolved(minimum, unit * s_hyper);
        Assert.Contains("in float64: numbers beyond the range of float32", minimum.Report.Solver, StringComparison.Ordinal);
    }

    /// <summary>What underflows is another problem in float32: its corrections do not help, and nothing is believed of them.</summary>
    [Theory]
    [InlineData(1e-60)]
    [InlineData(1e-200)]
    public void NumbersBelowFloat32_AreSolvedAsWell(double unit)
    {
        AssertSolved(
            FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h).SolvedBy(FixedPoint.InFloat32(FixedPoint.Iteration(Tolerance)))
                .Solve(s_start, unit * s_hyper),
            2 * unit * s_hyper);

        // the curvature itself
        Tensor curvatures = Tensor.Full([Size], unit);
        AssertSolved(
            Objective.From<Tensor, Tensor>((w, h) => (0.5 * curvatures * (w - h).Square()).Sum())
                .MinimizedBy(Minimizer.InFloat32(Minimizer.NewtonCg(Tolerance))).Solve(s_start, s_hyper),
            s_hyper);
    }

    [Fact]
    public void AMapInAnotherUnit_HasTheSameBits_WhileFloat32HoldsIt()
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => s_matrix.MatMul(w) + h);
        FixedPointFinding<Tensor, Tensor> by = map.SolvedBy(FixedPoint.InFloat32(FixedPoint.Iteration(Tolerance)));
        Solution<Tensor> one = by.Solve(s_start, s_hyper);
        foreach (int exponent in new[] { -40, 40 })
        {
            Solution<Tensor> other = by.Solve(s_start, Math.ScaleB(1, exponent) * s_hyper);
            Assert.Equal((Math.ScaleB(1, exponent) * one.State).ToArray<double>(), other.State.ToArray<double>());
            Assert.Equal(one.Report.Products, other.Report.Products);
        }
    }

    [Fact]
    public void ProblemsWithoutAFormInFloat32_AreSolvedInFloat64_WithANote()
    {
        FixedPointSolver solver = FixedPoint.InFloat32(FixedPoint.Iteration(Tolerance));
        FixedPointMap<Tensor, Tensor>[] maps =
        [
            // a constant, a value that is read, a solve
            FixedPointMap.From<Tensor, Tensor>((w, h) => 0.5e-60 * (1e60 * w) + h),
            FixedPointMap.From<Tensor, Tensor>((w, h) => (w.Norm().ToScalar() > -1 ? 0.5 : 0.4) * w + h),
            FixedPointMap.From<Tensor, Tensor>(
                (w, h) => (0.5 * w) + FixedPoint.Of(
                    FixedPointMap.From<Tensor, Tensor>((v, g) => 0.5 * (v + g)).SolvedBy(FixedPoint.Iteration(Reference)), Tensor.ZerosLike(h), h)),
        ];
        Assert.All(maps, map =>
        {
            Solution<Tensor> found = map.SolvedBy(solver).Solve(s_start, s_hyper);
            AssertSolved(found, 2 * s_hyper);
            Assert.EndsWith("in float64: the problem has no form in float32", found.Report.Solver, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void MapsThatDoNotContract_EndAsInFloat64()
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (-2 * w) + (0.1 * s_matrix.MatMul(w)) + h);
        Tensor exact = Linalg.Solve((3 * Tensor.Eye(Size)) - (0.1 * s_matrix), s_hyper);
        FixedPointSolver iteration = FixedPoint.Iteration(Tolerance, maxIterations: 3000);

        Assert.Equal(
            map.SolvedBy(iteration).Solve(s_start, s_hyper).Report.Status,
            map.SolvedBy(FixedPoint.InFloat32(iteration)).Solve(s_start, s_hyper).Report.Status);
        AssertSolved(map.SolvedBy(FixedPoint.InFloat32(FixedPoint.Broyden(tolerance: Tolerance))).Solve(s_start, s_hyper), exact);
        AssertSolved(map.SolvedBy(FixedPoint.InFloat32(FixedPoint.Damped(0.3, Tolerance))).Solve(s_start, s_hyper), exact);
    }

    [Fact]
    public void ABetterStartThanFloat32Has_IsNotLost()
    {
        Tensor exact = s_map.SolvedBy(FixedPoint.Anderson(tolerance: Reference)).Solve(s_start, s_hyper).EnsureConverged();
        FixedPointFinding<Tensor, Tensor> by = s_map.SolvedBy(FixedPoint.InFloat32(FixedPoint.Iteration(Tolerance)));
        Solution<Tensor> cold = by.Solve(s_start, s_hyper), warm = by.Solve(exact * (1 + 1e-9), s_hyper);

        AssertSolved(warm, exact);
        Assert.InRange(warm.Report.Products, 0, cold.Report.Products / 2);
    }

    [Fact]
    public void TheLimitOfUpdates_IsThatOfBothTypesTogether()
    {
        SolveReport whole = s_map.SolvedBy(FixedPoint.InFloat32(FixedPoint.Iteration(Tolerance))).Solve(s_start, s_hyper).Report;
        foreach (int limit in new[] { 0, 1, 5, whole.Iterations / 2 })
        {
            SolveReport report = s_map.SolvedBy(FixedPoint.InFloat32(FixedPoint.Iteration(Tolerance, maxIterations: limit))).Solve(s_start, s_hyper).Report;
            Assert.Equal((SolveStatus.MaxIterations, limit), (report.Status, report.Iterations));
        }
    }

    /// <summary>What is not differentiated in a state is carried along.</summary>
    [Fact]
    public void StatesWithOtherLeaves_AreSolved()
    {
        FixedPointMap<(Tensor W, Tensor Count), Tensor> map = FixedPointMap.From<(Tensor W, Tensor Count), Tensor>(
            (w, h) => ((s_matrix.MatMul(w.W) + h).Tanh(), w.Count + 1));
        Solution<(Tensor W, Tensor Count)> found = map.SolvedBy(FixedPoint.InFloat32(FixedPoint.Iteration(Tolerance)))
            .Solve((s_start, Tensor.From([0, 0])), s_hyper);

        Assert.True(found.Report.Converged, found.Report.ToString());
        Assert.Equal(DType.Int32, found.State.Count.DType);
        AssertClose(s_map.SolvedBy(FixedPoint.Anderson(tolerance: Reference)).Solve(s_start, s_hyper).State, found.State.W, Asked);
    }

    [Fact]
    public void Settings_AreThoseOfTheSolverWithin()
    {
        FixedPointSolver map = FixedPoint.InFloat32(FixedPoint.Damped(0.5, 1e-5, 1e-3, 77) with { StopsOnSuspicion = false });
        Minimizer minimizer = Minimizer.InFloat32(Minimizer.NewtonCg(1e-5, 77, 1e-3) with { ChecksCurvature = false });

        Assert.Equal((new Tolerance(1e-5, 1e-3), 77, false, "damped iteration in float32"), (map.Tolerance, map.MaxIterations, map.StopsOnSuspicion, map.Name));
        Assert.Equal((new Tolerance(1e-5, 1e-3), false, "Newton-CG in float32"), (minimizer.Tolerance, minimizer.ChecksCurvature, minimizer.Name));
        Assert.Equal(new Tolerance(1e-4, 0), (minimizer with { Tolerance = new Tolerance(1e-4, 0) }).Tolerance);
        Assert.Throws<ArgumentNullException>(() => FixedPoint.InFloat32(null!));
        Assert.Throws<ArgumentNullException>(() => Minimizer.InFloat32(null!));
    }

    private static void AssertSolved(Solution<Tensor> found, Tensor exact)
    {
        Assert.True(found.Report.Converged, found.Report.ToString());
        AssertClose(exact, found.State, Asked);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double accuracy) =>
        Assert.InRange(((actual - expected).Norm() / expected.Norm()).ToScalar(), 0, accuracy);

    /// <summary>"2 corrections, 38 of 42 products in float32".</summary>
    private sealed partial record Evidence(int Corrections, long Narrow)
    {
        public static Evidence Of(SolveReport report)
        {
            Match match = Pattern().Match(report.Solver);
            Assert.True(match.Success, report.ToString());
            Assert.Equal(report.Products, long.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture));
            return new(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
        }

        [GeneratedRegex("(\\d+) corrections?, (\\d+) of (\\d+) products in float32$")]
        private static partial Regex Pattern();
    }
}
