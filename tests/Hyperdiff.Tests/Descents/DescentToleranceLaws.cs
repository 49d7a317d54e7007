namespace Hyperdiff.Tests.Descents;

/// <summary>Where descents that step w and λ together end by default: where the error of what moves is small against it, whatever the units, the start and the
/// element type.</summary>
public sealed class DescentToleranceLaws
{
    private const int Steps = 3000;

    public static TheoryData<string, DType> Methods => Named(DescentUnits.Factories);

    public static TheoryData<string, DType> Settling => Named(DescentUnits.Factories.Except(DescentUnits.WithoutAnEnd));

    [Theory]
    [MemberData(nameof(Methods))]
    public void AnotherUnit_ChangesNothing(string factory, DType type)
    {
        DescentSolution<Tensor, Tensor> plain = Run(DescentUnits.None, factory, type);
        foreach (string what in (string[])["F", "f", "λ", "w"])
        {
            // rates of the penalty on the gradient's norm have the unit w⁴ per f², which leaves the range of float32
            bool narrow = type == DType.Float32 && factory == nameof(Descent.PbgdGradientNorm);
            foreach (int k in type == DType.Float64 ? [-100, -27, 27, 100] : narrow ? [-20, -13, 13, 20] : (int[])[-40, -13, 13, 40])
            {
                DescentUnits units = DescentUnits.Of(what, k, factory);
                DescentSolution<Tensor, Tensor> scaled = Run(units, factory, type);

                Assert.True((plain.Report.Status, plain.Last.Steps) == (scaled.Report.Status, scaled.Last.Steps), $"2^{k} {what}: {scaled}\n{plain}");
                Assert.Equal(DescentUnits.None.Unscaled(plain.Hyper), units.Unscaled(scaled.Hyper));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Settling))]
    public void Converged_MeansThatTheErrorIsSmallAgainstWhatMoves(string factory, DType type)
    {
        Tensor end = DescentUnits.None.Run(factory, DType.Float64, with: descent => descent with { Tolerance = 1e-13, MaxSteps = 20_000 }).EnsureConverged();
        DescentSolution<Tensor, Tensor> solution = Run(DescentUnits.None, factory, type);

        double off = (solution.EnsureConverged().To(DType.Float64) - end).Norm().ToScalar();
        Assert.True(off <= Math.Cbrt(type.Epsilon()) * end.Norm().ToScalar(), $"{factory}: off by {off}\n{solution}");

        // an estimate is right to some digits
        Assert.InRange(off, 0, 2 * solution.Report.Error.High);
        Assert.True(solution.Report.Residual <= solution.Report.Tolerance, $"{solution}");
    }

    [Theory]
    [InlineData(1e4)]
    [InlineData(1e-4)]
    public void TheStart_DoesNotMatter(double far)
    {
        // far away a barrier of a given width has no inside
        foreach (string factory in DescentUnits.Factories.Except(DescentUnits.WithoutAnEnd).Except([nameof(Descent.Bvfsm)]))
        {
            Tensor end = DescentUnits.None.Run(factory, DType.Float64, with: descent => descent with { Tolerance = 1e-13, MaxSteps = 20_000 })
                .EnsureConverged();
            var from = (DescentUnits.None.Start(DType.Float64, far), end + far);
            DescentSolution<Tensor, Tensor> solution = DescentUnits.None.Run(factory, DType.Float64, from, descent => descent with { MaxSteps = Steps });

            double off = (solution.EnsureConverged() - end).Norm().ToScalar();
            Assert.True(off <= Math.Cbrt(DType.Float64.Epsilon()) * end.Norm().ToScalar(), $"{factory}: off by {off}\n{solution}");
        }
    }

    /// <summary>From where a descent to rounding ended: nothing moves, and that is seen at once, by evidence.</summary>
    [Theory]
    [MemberData(nameof(Settling))]
    public void AStartThatIsSolved_IsSeenAtOnce(string factory, DType type)
    {
        DescentUnits units = DescentUnits.None;
        SolvedStart start = SolvedStart.Of(units.Method(factory), type);

        DescentSolution<Tensor, Tensor> again = start.Steps.Run(start.Last);

        Assert.True(again.Report.Converged, $"{factory}: {again}");
        Assert.InRange(again.Report.Iterations, 0, 3);
        Assert.True(again.Report.Error.IsEstimated, $"{again}");
    }

    [Fact]
    public void AGivenTolerance_IsForTheResidual_InItsUnit()
    {
        DescentSolution<Tensor, Tensor> solution = DescentUnits.None.Run(
            nameof(Descent.Soba), DType.Float64, with: descent => descent with { Tolerance = 1e-3 });

        Assert.Equal(1e-3, solution.Report.Tolerance);
        Assert.True(solution.Report.Converged && solution.Report.Residual <= 1e-3);
        Assert.Equal(ErrorInterval.NotEstimated, solution.Report.Error);
    }

    /// <summary>Noise that small rates make small against what moves: no residual says how far it is, and none is taken at its word.</summary>
    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-5)]
    [InlineData(1e-7)]
    public void Noise_IsNotConvergence(double rate)
    {
        SampledObjective<Tensor, Tensor> inner = SampledObjective.From<Tensor, Tensor>((w, h, key) =>
            (0.5 * (w - h).Square().Sum()) + (w * key.Normal([1])).Sum());
        SampledObjective<Tensor, Tensor> outer = SampledObjective.From<Tensor, Tensor>((w, h, key) =>
            (0.5 * (w - 1).Square().Sum()) + (0.05 * h.Square().Sum()) + (h * key.Normal([1])).Sum());
        StochasticDescent[] all = [Descent.Soba(rate, rate), Descent.Amigo(rate, 2, 2, rate), Descent.StocBio(rate, 2, 2, rate),
            Descent.Ttsa(rate, rate, HessianSeries.Random(3, 0.5)), Descent.F2sa(rate, 2, rate, 4), Descent.Pbgd(rate, 2, rate, 4),
            Descent.Sustain(rate, rate, 0.5, HessianSeries.Truncated(3, 0.5)), Descent.Meha(rate, rate, 4, 1)];
        foreach (StochasticDescent descent in all)
        {
            for (int seed = 0; seed < 5; seed++)
            {
                DescentSolution<Tensor, Tensor> solution = (descent with { MaxSteps = 300, Key = RandomKey.FromSeed(seed) })
                    .Minimize(Bilevel.Problem(inner, outer), Tensor.From([2.0]), Tensor.From([2.0]));
                Assert.True(solution.Report.Status == SolveStatus.MaxIterations, $"{descent.Name}, seed {seed}: {solution}");
            }
        }
    }

    // what has no end may leave the range of the type later
    private static DescentSolution<Tensor, Tensor> Run(DescentUnits units, string factory, DType type) => units.Run(factory, type,
        with: descent => descent with { MaxSteps = DescentUnits.WithoutAnEnd.Contains(factory) ? 50 : Steps });

    private static TheoryData<string, DType> Named(IEnumerable<string> names)
    {
        var data = new TheoryData<string, DType>();
        foreach (string name in names)
        {
            data.Add(name, DType.Float64);
            data.Add(name, DType.Float32);
        }

        return data;
    }

    /// <summary>A descent that was run to where nothing gets any better, with what it remembers.</summary>
    private sealed record SolvedStart(DescentSteps<Tensor, Tensor> Steps, DescentState<Tensor, Tensor> Last)
    {
        public static SolvedStart Of(Descent descent, DType type)
        {
            (Objective<Tensor, Tensor> inner, Objective<Tensor, Tensor> outer) = (
                DescentUnits.None.InnerObjective(type), DescentUnits.None.OuterObjective(type));
            (Tensor start, Tensor hyper) = (DescentUnits.None.Start(type), DescentUnits.None.At(type));
            DescentSteps<Tensor, Tensor> Steps(Descent of) => of switch
            {
                SabaDescent saba => saba.Steps(Bilevel.Problem(FiniteSum.Of(inner), FiniteSum.Of(outer)), start, hyper),
                StochasticDescent stochastic => stochastic.Steps(Bilevel.Problem(inner, outer), start, hyper),
                _ => ((ExactDescent)of).Steps(Bilevel.Problem(inner, outer), start, hyper),
            };
            return new SolvedStart(Steps(descent), Steps(descent with { Tolerance = 0, MaxSteps = 3000 }).Run().Last);
        }
    }
}
