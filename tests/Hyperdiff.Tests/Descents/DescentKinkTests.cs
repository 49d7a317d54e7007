namespace Hyperdiff.Tests.Descents;

/// <summary>Where a descent ends exactly at a kink of one of its objectives, the solution says so.</summary>
public sealed class DescentKinkTests
{
    private static readonly Objective<Tensor, Tensor> s_inner = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - h).Square().Sum(), "inner");
    private static readonly Objective<Tensor, Tensor> s_kinked = Objective.From<Tensor, Tensor>(
        (w, h) => (0.5 * (w - h).Square().Sum()) + w.Relu().Square().Sum(), "ramp");
    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>((w, h) => (w - 1).Square().Sum() + h.Square().Sum(), "outer");
    private static readonly Objective<Tensor, Tensor> s_outerKink = Objective.From<Tensor, Tensor>((w, h) => w.Norm() + h.Square().Sum(), "cone");

    public static TheoryData<string> Methods => DescentLoopTests.Methods;

    [Theory]
    [MemberData(nameof(Methods))]
    public void EveryDescent_NamesTheKinksWhereItEnds(string method)
    {
        Assert.Contains("`Relu` at 0 in 2 of 2 elements, in ramp", Said(method, s_kinked, s_outer, 0), StringComparison.Ordinal);
        Assert.Contains("`Norm` at 0, in cone", Said(method, s_inner, s_outerKink, 0), StringComparison.Ordinal);
        Assert.Empty(Said(method, s_kinked, s_outerKink, 0.7));
    }

    [Fact]
    public void HypergradientDescent_NamesThemToo()
    {
        HypergradientDescent descent = new(Optimizer.Sgd(0.1)) { MaxSteps = 0 };
        MinimizationProblem<Tensor, Tensor> problem = Bilevel.Problem(s_kinked.MinimizedBy(Minimizer.NewtonCg()), s_outer);
        OuterSolution<Tensor, Tensor> at = descent.Minimize(problem, Tensor.Zeros([2]), Tensor.Zeros([2]));

        HypergradientWarning warning = Assert.Single(at.Warnings, warning => warning.Kind == WarningKind.Kink);
        Assert.Contains("`Relu` at 0 in 2 of 2 elements", warning.Message, StringComparison.Ordinal);
        Assert.Contains("warning Kink", at.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void LevelsNameThoseOfTheObjective_AndOfWhatIsBelow()
    {
        Level<Tensor> below = Level.Of("below", Tensor.Zeros([2])), above = Level.Of("above", Tensor.Zeros([2]));
        var problems = MultiLevel.Of(
            below.Minimizes((w, levels) => (0.5 * (w - levels.Parameters(above)).Square().Sum()) + w.Relu().Square().Sum(), Minimizer.NewtonCg()),
            above.Minimizes((h, levels) => (levels.Solution(below) - 1).Square().Sum() + h.Abs().Sum()));

        string[] said = [.. problems.Gradient(above).Warnings.Select(warning => warning.Message)];
        Assert.Contains(said, message => message.Contains("`Relu` at 0 in 2 of 2 elements", StringComparison.Ordinal));
        Assert.Contains(said, message => message.Contains("`Abs` at 0 in 2 of 2 elements", StringComparison.Ordinal));
        Assert.Contains("warning Kink", problems.Gradient(above).ToString(), StringComparison.Ordinal);
    }

    private static string Said(string method, Objective<Tensor, Tensor> inner, Objective<Tensor, Tensor> outer, double at)
    {
        Tensor start = Tensor.Full([2], at);
        DescentSolution<Tensor, Tensor> solution = DescentLoopTests.Run(method, Bilevel.Problem(inner, outer), start, start, 0);
        return string.Join('\n', solution.Warnings.Where(warning => warning.Kind == WarningKind.Kink));
    }
}
