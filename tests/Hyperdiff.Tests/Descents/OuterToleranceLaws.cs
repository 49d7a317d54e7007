namespace Hyperdiff.Tests.Descents;

/// <summary>Where descents along hypergradients end by default: where the error of λ is small against λ, whatever the units, the start and the element
/// type.</summary>
public sealed class OuterToleranceLaws
{
    private static readonly string[] s_inner = ["Newton-CG", "L-BFGS", "fixed point", "Anderson", "root"];
    private static readonly string[] s_optimizers = ["SGD", "momentum", "Adam"];

    public static TheoryData<string, string, DType> Cases
    {
        get
        {
            var data = new TheoryData<string, string, DType>();
            foreach (string inner in s_inner)
            {
                foreach (string optimizer in s_optimizers)
                {
                    data.Add(inner, optimizer, DType.Float64);
                    data.Add(inner, optimizer, DType.Float32);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AnotherUnit_ChangesNothing(string inner, string optimizer, DType type)
    {
        OuterSolution<Tensor, Tensor> plain = Run(DescentUnits.None, (inner, optimizer, type));
        Assert.True(plain.Report.Converged, $"{plain}");
        foreach (string what in (string[])["F", "f", "λ", "w"])
        {
            foreach (int k in type == DType.Float64 ? [-100, -27, 27, 100] : (int[])[-40, -13, 13, 40])
            {
                DescentUnits units = DescentUnits.Of(what, k, string.Empty);
                OuterSolution<Tensor, Tensor> scaled = Run(units, (inner, optimizer, type));

                Assert.True(
                    (plain.Report.Status, plain.Report.Iterations) == (scaled.Report.Status, scaled.Report.Iterations), $"2^{k} {what}: {scaled}\n{plain}");
                Assert.Equal(DescentUnits.None.Unscaled(plain.Hyper), units.Unscaled(scaled.Hyper));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Converged_MeansThatTheErrorIsSmallAgainstLambda(string inner, string optimizer, DType type)
    {
        double[] end = DescentUnits.Optimum;
        double size = Math.Sqrt(end.Sum(number => number * number));
        foreach (double far in (double[])[0, 1e-4, 1e3])
        {
            Tensor start = far == 0 ? DescentUnits.None.At(type) : DescentUnits.None.At(type, Tensor.From([.. end.Select(number => number + far)]));
            OuterSolution<Tensor, Tensor> solution = Run(DescentUnits.None, (inner, far > 1 ? "SGD" : optimizer, type), start);

            double off = Math.Sqrt(solution.EnsureConverged().To(DType.Float64).ToArray<double>().Zip(end, (is_, should) => Math.Pow(is_ - should, 2)).Sum());
            Assert.True(off <= Math.Cbrt(type.Epsilon()) * size, $"off by {off}\n{solution}");
            Assert.InRange(off, 0, 2 * solution.Report.Error.High);
            Assert.True(solution.Report.Residual <= solution.Report.Tolerance, $"{solution}");
        }
    }

    /// <summary>What a hypergradient at the solution is made of is rounding: a trial step tells what that means for λ.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void AStartThatIsSolved_IsSeenAtOnce(string inner, string optimizer, DType type)
    {
        Tensor end = DescentUnits.None.At(type, Tensor.From(DescentUnits.Optimum));
        foreach (int k in (int[])[-30, 0, 30])
        {
            OuterSolution<Tensor, Tensor> solution = Run(DescentUnits.Of("F", k, string.Empty), (inner, optimizer, type), end);

            Assert.True(solution.Report.Converged, $"{solution}");
            Assert.InRange(solution.Report.Iterations, 0, 1);
            double off = (solution.Hyper - end).To(DType.Float64).Norm().ToScalar();
            Assert.True(off <= Math.Cbrt(type.Epsilon()) * end.To(DType.Float64).Norm().ToScalar(), $"moved by {off}\n{solution}");
            Assert.True(solution.Report.Error.IsEstimated, $"{solution}");
        }
    }

    /// <summary>The example that was reported: F in a small unit was solved at the start, in a large one never.</summary>
    [Theory]
    [InlineData(1e-8)]
    [InlineData(1.0)]
    [InlineData(1e8)]
    public void SmallAndLargeObjectives_EndAtTheirMinimum(double unit)
    {
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => unit * (w - 1.26).Square().Sum());
        foreach (DType type in (DType[])[DType.Float64, DType.Float32])
        {
            OuterSolution<Tensor, Tensor> solution = new HypergradientDescent(Optimizer.Sgd(0.2 / unit)).Minimize(
                Bilevel.Problem(f.MinimizedBy(Minimizer.NewtonCg()), outer), Tensor.Zeros([1], type), Tensor.From([0.5]).To(type));

            Assert.Equal(1.26, solution.EnsureConverged().To(DType.Float64).ToArray<double>()[0], 1.26 * Math.Cbrt(type.Epsilon()));
            Assert.InRange(solution.Report.Iterations, 5, 40);
        }
    }

    /// <summary>Two leaves of λ in units that are far apart: each is as accurate as the other.</summary>
    [Fact]
    public void LeavesOfUnitsFarApart_AreBothSolved()
    {
        const double Unit = 1e9;
        Objective<Tensor, (Tensor Small, Tensor Large)> f = Objective.From<Tensor, (Tensor Small, Tensor Large)>(
            (w, h) => (w - h.Small - (h.Large / Unit)).Square().Sum());
        Objective<Tensor, (Tensor Small, Tensor Large)> outer = Objective.From<Tensor, (Tensor Small, Tensor Large)>(
            (w, h) => (w - 2).Square().Sum() + (h.Small - 0.5).Square().Sum() + (0.5 * ((h.Large / Unit) - 1).Square().Sum()));
        Optimizer optimizer = Optimizer.Sgd(0.1).Grouped(("Item2", Optimizer.Sgd(0.1 * Unit * Unit)));
        OuterSolution<Tensor, (Tensor Small, Tensor Large)> solution = new HypergradientDescent(optimizer).Minimize(
            Bilevel.Problem(f.MinimizedBy(Minimizer.NewtonCg()), outer), Tensor.Zeros([1]), (Tensor.Zeros([1]), Tensor.Zeros([1])));

        // 2 (s + l − 2) + 2 (s − ½) = 0,  2 (s + l − 2) + (l − 1) = 0:  s = 5/8, l = 5/4
        (Tensor small, Tensor large) = solution.EnsureConverged();
        double allowed = Math.Cbrt(DType.Float64.Epsilon());
        Assert.Equal(0.625, small.ToArray<double>()[0], 0.625 * allowed);
        Assert.Equal(1.25, large.ToArray<double>()[0] / Unit, 1.25 * allowed);
    }

    /// <summary>Errors of half the gradient are enough to go on, and too much to judge by: near the end they are smaller.</summary>
    [Theory]
    [InlineData(1e-3)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void AnyShareOfTheGradient_Converges(double share)
    {
        foreach (string inner in s_inner)
        {
            OuterSolution<Tensor, Tensor> solution = new HypergradientDescent(Optimizer.Sgd(0.1)) { ErrorShare = share }.Minimize(
                Problem(DescentUnits.None, inner, DType.Float64), DescentUnits.None.Start(DType.Float64), DescentUnits.None.At(DType.Float64));
            double off = (solution.EnsureConverged() - Tensor.From(DescentUnits.Optimum)).Norm().ToScalar();
            double allowed = Math.Cbrt(DType.Float64.Epsilon()) * Tensor.From(DescentUnits.Optimum).Norm().ToScalar();
            Assert.True(off <= allowed, $"{inner}: off by {off}\n{solution}");
        }
    }

    /// <summary>The start is off along a direction in which ℓ is flat: what a first step measured is of the steep one, beside which the rest looks
    /// small.</summary>
    [Theory]
    [InlineData("SGD", 0.01, 2.0, 1.0005)]
    [InlineData("SGD", 0.01, 1.0, 1.0005)]
    [InlineData("SGD", 0.005, 2.0, 1.0002)]
    [InlineData("SGD", 0.005, 2.0, 1.0001)]
    [InlineData("Adam", 0.1, 2.0, 1.0005)]
    [InlineData("Adam", 0.1, 1.0, 1.0005)]
    public void WhatIsLeftAlongAFlatDirection_IsSeen(string optimizer, double rate, double first, double second)
    {
        Tensor curvature = Tensor.From([100.0, 1.0]);
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => 0.5 * (curvature * (w - 1).Square()).Sum());
        OuterSolution<Tensor, Tensor> solution = new HypergradientDescent(optimizer == "SGD" ? Optimizer.Sgd(rate)
            : Optimizer.Adam(Schedule.From(k => rate * (-0.02 * k).Exp()), beta2: 0.9))
            .Minimize(Bilevel.Problem(f.MinimizedBy(Minimizer.NewtonCg()), outer), Tensor.Zeros([2]), Tensor.From([first, second]));

        double off = (solution.EnsureConverged() - 1).Norm().ToScalar();
        Assert.True(off <= Math.Cbrt(DType.Float64.Epsilon()) * Math.Sqrt(2), $"off by {off}\n{solution}");
    }

    [Fact]
    public void WhatDoesNotDependOnLambda_IsSolvedAtTheStart()
    {
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum());
        foreach (Objective<Tensor, Tensor> constant in (Objective<Tensor, Tensor>[])[
            Objective.From<Tensor, Tensor>((w, _) => 3 + (0 * w.Sum())), Objective.From<Tensor, Tensor>((w, h) => 3 + (0 * (w * h).Sum()))])
        {
            OuterSolution<Tensor, Tensor> solution = new HypergradientDescent(Optimizer.Sgd(0.1)).Minimize(
                Bilevel.Problem(f.MinimizedBy(Minimizer.NewtonCg()), constant), Tensor.Zeros([2]), Tensor.From([0.5, 1.0]));

            Assert.True(solution.Report is { Converged: true, Iterations: 0 }, $"{solution}");
            Assert.Equal([0.5, 1], solution.Hyper.ToArray<double>());
        }
    }

    /// <summary>ℓ = ½ λ² from λ = 0, where the gradient is zero to the last bit; and from elsewhere, where λ has no size in the end.</summary>
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    public void ASolutionAtZero_Converges(double start)
    {
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => 0.5 * w.Square().Sum());
        OuterSolution<Tensor, Tensor> solution = new HypergradientDescent(Optimizer.Sgd(0.4)).Minimize(
            Bilevel.Problem(f.MinimizedBy(Minimizer.NewtonCg()), outer), Tensor.Ones([1]), Tensor.From([start]));

        Assert.InRange(Math.Abs(solution.EnsureConverged().ToArray<double>()[0]), 0, 1e-12);
    }

    /// <summary>ℓ is flat but for rounding: no λ is known to be better than another, and none is called the solution.</summary>
    [Fact]
    public void WhereNothingTells_ItSaysSo()
    {
        // w* = λ, and ℓ = 0 for all λ but for rounding
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum() + (0.1 * (w - h).Square().Square().Sum()));
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => ((w.Exp() * (-h).Exp()) - 1).Sum());
        OuterSolution<Tensor, Tensor> solution = new HypergradientDescent(Optimizer.Sgd(0.1)) { MaxSteps = 50 }.Minimize(
            Bilevel.Problem(f.MinimizedBy(Minimizer.NewtonCg()), outer), Tensor.Zeros([3]), Tensor.From([0.3, 0.7, 1.9]));

        Assert.True(solution.Report.Status is SolveStatus.Stagnated or SolveStatus.MaxIterations, $"{solution}");
        Assert.False(solution.Report.Error.IsEstimated, $"{solution}");
    }

    [Fact]
    public void AGivenTolerance_IsForTheGradient_InItsUnit()
    {
        OuterSolution<Tensor, Tensor> solution = Run(DescentUnits.None, ("Newton-CG", "SGD", DType.Float64), tolerance: 1e-3);

        Assert.Equal(1e-3, solution.Report.Tolerance);
        Assert.True(solution.Report.Converged && solution.Report.Residual <= 1e-3);
        Assert.Equal(ErrorInterval.NotEstimated, solution.Report.Error);
    }

    /// <summary>Loops with coupled solves make the same steps in every unit, also on at the solution, where gradients are rounding.</summary>
    [Theory]
    [InlineData("F")]
    [InlineData("f")]
    [InlineData("λ")]
    [InlineData("w")]
    public void ACoupledLoop_IsTheSameInEveryUnit(string what)
    {
        double[] plain = Looped(DescentUnits.None);
        foreach (int k in (int[])[-100, -27, 27, 100])
        {
            DescentUnits units = DescentUnits.Of(what, k, string.Empty);
            Assert.Equal(plain, Looped(units));
        }

        double[] Looped(DescentUnits units)
        {
            OuterRun<Tensor, Tensor> run = OuterLoop.Over(Problem(units, "Newton-CG", DType.Float64), Hypergradient.Implicit())
                .With(Optimizer.Sgd(Math.ScaleB(0.3, (2 * units.Hyper) - units.Outer))).Coupled().Until(Stop.AfterSteps(150))
                .From(units.Start(DType.Float64), units.At(DType.Float64));
            run.ToEnd();
            return units.Unscaled(run.State.Hyper);
        }
    }

    private static OuterSolution<Tensor, Tensor> Run(
        DescentUnits units, (string Inner, string Optimizer, DType Type) by, Tensor? hyper = null, double? tolerance = null)
    {
        double rate = Math.ScaleB(1, (2 * units.Hyper) - units.Outer);
        Optimizer optimizer = by.Optimizer switch
        {
            "SGD" => Optimizer.Sgd(0.3 * rate),
            "momentum" => Optimizer.Sgd(0.2 * rate, 0.5),
            _ => Optimizer.Adam(
                Schedule.From(k => Math.ScaleB(0.1, units.Hyper) * (-0.02 * k).Exp()), beta2: 0.9, epsilon: Math.ScaleB(1e-8, units.Outer - units.Hyper)),
        };
        var descent = new HypergradientDescent(optimizer) { MaxSteps = 1000 };
        return (tolerance is null ? descent : descent with { Tolerance = tolerance.Value })
            .Minimize(Problem(units, by.Inner, by.Type), units.Start(by.Type), hyper is null ? units.At(by.Type) : units.At(by.Type, hyper));
    }

    private static SolvedProblem<Tensor, Tensor> Problem(DescentUnits units, string inner, DType type)
    {
        (Objective<Tensor, Tensor> f, Objective<Tensor, Tensor> outer) = (units.InnerObjective(type), units.OuterObjective(type));
        FixedPointMap<Tensor, Tensor> Map() => f.GradientDescentMap(Math.ScaleB(0.5, (2 * units.State) - units.Inner));
        return inner switch
        {
            "Newton-CG" => Bilevel.Problem(f.MinimizedBy(Minimizer.NewtonCg()), outer),
            "L-BFGS" => Bilevel.Problem(f.MinimizedBy(Minimizer.Lbfgs()), outer),
            "fixed point" => Bilevel.Problem(Map(), outer),
            "Anderson" => Bilevel.Problem(Map().SolvedBy(FixedPoint.Anderson()), outer),
            _ => Bilevel.Problem(RootCondition.From<Tensor, Tensor>((w, h) => Diff.Grad(u => f.Evaluate(u, h), w)).SolvedBy(Root.Newton()), outer),
        };
    }
}
