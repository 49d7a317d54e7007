namespace Hyperdiff.Generators.IntegrationTests;

/// <summary>A line: what is fitted.</summary>
[Tree]
public sealed partial record Line(Tensor Slope, Tensor Offset);

/// <summary>How far each measurement is trusted: the logarithm of the odds.</summary>
[Tree]
public sealed partial record Trust(Tensor LogOdds);

/// <summary>A line through measurements, some of which may be wrong.</summary>
public static partial class Fit
{
    [InnerObjective]
    public static Tensor Train(Line line, Trust trust, Tensor x, Tensor y) =>
        (trust.LogOdds.Sigmoid() * (line.Slope * x + line.Offset - y).Square()).Sum() + 1e-3 * line.Slope.Square();

    [OuterObjective]
    public static Tensor Validate(Line line, Trust trust, Tensor x, Tensor y) => (line.Slope * x + line.Offset - y).Square().Mean();
}

/// <summary>The code of <c>docs/tutorial.md</c>, in its order.</summary>
public sealed class TutorialTests
{
    private static readonly Tensor s_x = Tensor.From([0.0, 1, 2, 3, 4]), s_y = Tensor.From([1.0, 3, 5, 17, 9]);
    private static readonly Tensor s_xVal = Tensor.From([0.5, 2.5, 3.5]), s_yVal = Tensor.From([2.0, 6, 8]);

    [Fact]
    public void Tutorial_FindsTheWrongMeasurement()
    {
        // y = 2 x + 1, but for the fourth measurement
        Tensor x = Tensor.From([0.0, 1, 2, 3, 4]), y = Tensor.From([1.0, 3, 5, 17, 9]);
        Tensor xVal = Tensor.From([0.5, 2.5, 3.5]), yVal = Tensor.From([2.0, 6, 8]);

        var line = Fit.TrainObjective(x, y).MinimizedBy(Minimizer.NewtonCg());
        var problem = Bilevel.Problem(line, Fit.ValidateObjective(xVal, yVal));
        var start = new Line(Tensor.Scalar(0.0), Tensor.Scalar(0.0));
        var trust = new Trust(Tensor.Zeros([5]));       // odds of 1 : 1, a weight of one half each

        var g = Hypergradient.Implicit().Compute(problem, start, trust);
        Console.WriteLine(g.Gradient.LogOdds);          // the fourth is the largest: to trust it less lowers the loss
        g.EnsureConverged();

        double[] slopes = g.Gradient.LogOdds.ToArray<double>();
        Assert.Equal(3, Array.IndexOf(slopes, slopes.Max()));

        Console.WriteLine(problem.Check(start, trust));
        Assert.True(problem.Check(start, trust).Passed);

        var loop = OuterLoop.Over(problem, Hypergradient.Implicit())
            .With(Optimizer.Adam(0.3))
            .Until(Stop.AfterSteps(40));
        foreach (var step in loop.From(start, trust))
        {
            Console.WriteLine(step);
            trust = step.Hyper;
        }

        double[] odds = trust.LogOdds.ToArray<double>();
        Assert.Equal(3, Array.IndexOf(odds, odds.Min()));
    }

    [Fact]
    public void AWrongInput_NamesBothShapes()
    {
        var problem = Bilevel.Problem(Fit.TrainObjective(s_x, s_y).MinimizedBy(Minimizer.NewtonCg()), Fit.ValidateObjective(s_xVal, s_yVal));

        var four = new Trust(Tensor.Zeros([4]));        // there are five measurements
        ShapeMismatchException wrong = Assert.Throws<ShapeMismatchException>(
            () => Hypergradient.Implicit().Compute(problem, new Line(Tensor.Scalar(0.0), Tensor.Scalar(0.0)), four));
        Assert.Contains("[4]", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("[5]", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASolveThatStopsEarly_IsNoResult()
    {
        var (start, trust) = (new Line(Tensor.Scalar(0.0), Tensor.Scalar(0.0)), new Trust(Tensor.Zeros([5])));

        var impatient = Fit.TrainObjective(s_x, s_y).MinimizedBy(Minimizer.GradientDescent(StepSize.Fixed(0.01), maxIterations: 10));
        var early = Hypergradient.Implicit().Compute(Bilevel.Problem(impatient, Fit.ValidateObjective(s_xVal, s_yVal)), start, trust);
        SolveException failed = Assert.Throws<SolveException>(() => early.EnsureConverged());
        Assert.Contains("MaxIterations", failed.Message, StringComparison.Ordinal);
    }
}
