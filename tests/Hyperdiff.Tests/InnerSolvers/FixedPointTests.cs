namespace Hyperdiff.Tests.InnerSolvers;

public sealed class FixedPointTests
{
    private static readonly FixedPointMap<Tensor, Tensor> s_cosine = FixedPointMap.From<Tensor, Tensor>((w, h) => w.Cos() + h);

    [Fact]
    public void Solve_OfTheCosine_FindsTheDottieNumber()
    {
        Tensor w = s_cosine.SolvedBy(FixedPoint.Iteration(1e-15)).Solve(Tensor.Scalar(1), Tensor.Scalar(0)).EnsureConverged();

        // the fixed point of the cosine; OEIS A003957
        Assert.Equal(0.739085133215160641655, w.ToScalar(), 1e-15);
    }

    [Fact]
    public void Derivative_OfTheCosinesFixedPoint_IsOneOverOnePlusSine()
    {
        Tensor slope = Diff.Grad(
            h => FixedPoint.Of(s_cosine.SolvedBy(FixedPoint.Iteration(1e-15)), Tensor.Scalar(1), h, LinearSolver.FixedPoint(1e-15)), Tensor.Scalar(0));

        // w = cos w + λ gives w′ = 1/(1 + sin w)
        Assert.Equal(1 / (1 + Math.Sin(0.739085133215160641655)), slope.ToScalar(), 4e-15);
    }

    [Fact]
    public void SecondAndThirdDerivative_OfAFixedPoint_AreThoseOfTheClosedForm()
    {
        // w = (w + λ/w)/2 has the fixed point √λ, flat there: J = 0, and all derivatives come from the nested solves
        FixedPointMap<Tensor, Tensor> heron = FixedPointMap.From<Tensor, Tensor>((w, h) => 0.5 * (w + (h / w)));
        Tensor Root(Tensor h) => FixedPoint.Of(heron.SolvedBy(FixedPoint.Iteration(1e-15)), Tensor.Scalar(1), h, LinearSolver.FixedPoint(1e-15));
        Tensor two = Tensor.Scalar(2);

        Tensor second = Diff.Grad(h => Diff.Grad(Root, h), two);
        (_, Tensor third) = Diff.Jvp(h => Diff.Grad(g => Diff.Grad(Root, g), h), two, Tensor.Scalar(1));

        Assert.Equal(-0.25 * Math.Pow(2, -1.5), second.ToScalar(), 1e-14);
        Assert.Equal(0.375 * Math.Pow(2, -2.5), third.ToScalar(), 1e-14);
    }

    [Fact]
    public void Derivative_InTheStart_IsZero()
    {
        Tensor slope = Diff.Grad(start => FixedPoint.Of(s_cosine, start, Tensor.Scalar(0)), Tensor.Scalar(1));

        Assert.Equal(0, slope.ToScalar());
    }

    [Fact]
    public void CapturedVariable_OfAnEnclosingDerivative_IsDifferentiated()
    {
        // the map takes h from outside, not as its hyperparameter
        Tensor slope = Diff.Grad(
            h => FixedPoint.Of(FixedPointMap.From<Tensor, Tensor>((w, _) => w.Cos() + h)
                .SolvedBy(FixedPoint.Iteration(1e-15)), Tensor.Scalar(1), Tensor.Scalar(0), LinearSolver.FixedPoint(1e-15)),
            Tensor.Scalar(0));

        Assert.Equal(1 / (1 + Math.Sin(0.739085133215160641655)), slope.ToScalar(), 4e-15);
    }

    [Fact]
    public void ThreeLevels_AgreeWithTheClosedForm()
    {
        // inner: w = w/2 + u/2 → w = u;  middle: u = argmin ½(w(u) − λ)² + ½u² → u = λ/2;  outer: u² = λ²/4
        FixedPointMap<Tensor, Tensor> inner = FixedPointMap.From<Tensor, Tensor>((w, u) => 0.5 * (w + u));
        Objective<Tensor, Tensor> middle = Objective.From<Tensor, Tensor>((u, h) =>
            (0.5 * (FixedPoint.Of(inner.SolvedBy(FixedPoint.Iteration(1e-14)), Tensor.Scalar(0), u, LinearSolver.FixedPoint(1e-14)) - h).Square())
                + (0.5 * u.Square()));

        Tensor slope = Diff.Grad(
            h => Argmin.Of(middle.MinimizedBy(Minimizer.NewtonCg(1e-12)), Tensor.Scalar(1), h, LinearSolver.ConjugateGradient(1e-12))
                .Square(), Tensor.Scalar(3));

        Assert.Equal(1.5, slope.ToScalar(), 1e-11);
    }

    [Fact]
    public void Solve_OfAGrowingMap_Diverges_AndSaysByHowMuch()
    {
        FixedPointMap<Tensor, Tensor> growing = FixedPointMap.From<Tensor, Tensor>((w, h) => (1.7 * w) + h);
        Solution<Tensor> solution = growing.Solve(Tensor.Scalar(1), Tensor.Scalar(1));

        Assert.Equal(SolveStatus.Diverged, solution.Report.Status);
        Assert.Equal(1.7, solution.Report.Rate, 1e-6);
        Assert.Contains("smaller step size", solution.ToString(), StringComparison.Ordinal);
        Assert.Throws<SolveException>(() => solution.EnsureConverged());
    }

    [Fact]
    public void Grad_ThroughAnUnconvergedSolve_Throws_AndValueAndGradReports()
    {
        Tensor Stopped(Tensor h) => FixedPoint.Of(s_cosine.SolvedBy(FixedPoint.Iteration(1e-15, maxIterations: 3)), Tensor.Scalar(1), h);
        SolveException exception = Assert.Throws<SolveException>(() => Diff.Grad(Stopped, Tensor.Scalar(0)));
        ValueAndGradient<Tensor> reported = Diff.ValueAndGrad(Stopped, Tensor.Scalar(0));

        Assert.Equal(2, exception.Reports.Length);
        Assert.Equal(SolveStatus.MaxIterations, exception.Reports[0].Status);
        Assert.Contains(reported.Reports, report => report.Status == SolveStatus.MaxIterations);
    }

    [Fact]
    public void Solve_FromANaN_SaysNonFiniteInput() =>
        Assert.Equal(SolveStatus.NonFiniteInput, s_cosine.Solve(Tensor.Scalar(double.NaN), Tensor.Scalar(0)).Report.Status);

    [Fact]
    public void Solve_ThatLeavesTheDomain_SaysNonFiniteIterate()
    {
        FixedPointMap<Tensor, Tensor> logarithm = FixedPointMap.From<Tensor, Tensor>((w, _) => w.Log());

        Assert.Equal(SolveStatus.NonFiniteIterate, logarithm.Solve(Tensor.Scalar(2), Tensor.Scalar(0)).Report.Status);
    }

    [Fact]
    public void Solve_Cancelled_SaysSo()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Equal(SolveStatus.Cancelled, s_cosine.Solve(Tensor.Scalar(1), Tensor.Scalar(0), cancellation: source.Token).Report.Status);
    }

    [Fact]
    public void Map_ThatReturnsAnotherShape_Throws_AndNamesTheLeaf()
    {
        FixedPointMap<Tensor, Tensor> wrong = FixedPointMap.From<Tensor, Tensor>((w, h) => w.Sum() + h, "Step");
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(() => wrong.Solve(Tensor.Zeros([3]), Tensor.Scalar(1)));

        Assert.Contains("Step must return a state like the one it was given: leaf w is float64 [3] in one and float64 [] in the other", exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ReadingAValue_InTheMapOfADifferentiableSolve_Throws_WithTheRemedy()
    {
        FixedPointMap<Tensor, Tensor> reading = FixedPointMap.From<Tensor, Tensor>((w, h) => w.ToScalar() > 0 ? w.Cos() + h : w + h);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(
            () => Diff.Grad(h => FixedPoint.Of(reading, Tensor.Scalar(1), h), Tensor.Scalar(0)));

        Assert.Contains("Tensor.Where", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadingAValue_InTheMapOfAPlainSolve_TracesEachStepAnew()
    {
        // |w| shrinks by ¼ above 1 and by ½ below: a trace of the first step alone would never reach the second branch
        FixedPointMap<Tensor, Tensor> reading = FixedPointMap.From<Tensor, Tensor>((w, h) => w.ToScalar() > 1 ? 0.25 * w : (0.5 * w) + h);

        Assert.Equal(1.0, reading.SolvedBy(FixedPoint.Iteration(1e-14)).Solve(Tensor.Scalar(9), Tensor.Scalar(0.5)).EnsureConverged().ToScalar(), 1e-13);
    }
}
