using System.Reflection;

namespace Hyperdiff.Tests.Descents;

/// <summary>Every descent, and every estimator, tells of an objective that is not a number, also where its gradient is one; and an outer descent of an inner
/// stationary point that is not a minimum.</summary>
public sealed class NonFiniteDescentTests
{
    // NaN times 0 in the value; the derivative is 0 · 2λ/(1 + λ²), a number
    private static readonly Objective<Tensor, Tensor> s_undefined = Objective.From<Tensor, Tensor>(
        (w, h) => (w - 1).Square().Sum() + (0.1 * h.Square().Sum()) + (0 * (-1 - h.Square()).Sum().Log()));

    private static readonly Objective<Tensor, Tensor> s_defined = Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum());

    /// <summary>Every factory of a descent, with numbers that fit each of its parameters.</summary>
    private static IReadOnlyDictionary<string, Descent> Descents { get; } = typeof(Descent).GetMethods(BindingFlags.Public | BindingFlags.Static)
        .Where(method => typeof(Descent).IsAssignableFrom(method.ReturnType) && !method.IsGenericMethod)
        .ToDictionary(method => method.Name, method => (Descent)method.Invoke(null, [.. method.GetParameters().Select(Argument)])!);

    public static TheoryData<string> Names => new(Descents.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void AnObjectiveThatIsNoNumber_IsAStatus(string name)
    {
        foreach (bool inner in new[] { true, false })
        {
            DescentSolution<Tensor, Tensor> solution = Run(Descents[name], inner ? s_undefined : s_defined, inner ? s_defined : s_undefined);
            Assert.True(solution.Report.Status is SolveStatus.NonFiniteIterate or SolveStatus.NonFiniteInput or SolveStatus.Breakdown, $"{name}: {solution}");
            Assert.Throws<SolveException>(solution.EnsureConverged);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AnObjectiveThatOverflows_IsAStatus(string name)
    {
        Objective<Tensor, Tensor> unbounded = Objective.From<Tensor, Tensor>((w, h) => (1e200 * (w - h)).Square().Sum());
        DescentSolution<Tensor, Tensor> solution = Run(Descents[name], unbounded, unbounded);
        Assert.True(solution.Report.Status is SolveStatus.NonFiniteIterate or SolveStatus.NonFiniteInput or SolveStatus.Breakdown, $"{name}: {solution}");
    }

    [Fact]
    public void AnOuterDescent_TellsOfAnOuterObjectiveThatIsNoNumber()
    {
        // at λ = 0 the gradient in λ is 0
        var descent = new HypergradientDescent(Optimizer.Sgd(0.1)) { MaxSteps = 50, Tolerance = 1e-3 };
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => w.Square().Sum() + (0 * (-1 - h.Square()).Sum().Log()));
        SolveReport report = descent.Minimize(Bilevel.Problem(s_defined.MinimizedBy(Minimizer.NewtonCg()), outer), Tensor.Zeros([1]), Tensor.From([0.5]))
            .Report;
        Assert.Equal(SolveStatus.NonFiniteIterate, report.Status);
    }

    [Fact]
    public void AnOuterDescent_TellsOfAnInnerSaddle()
    {
        // along its stable direction Newton's method walks onto the saddle at (λ, 0)
        Objective<Tensor, Tensor> saddle = Objective.From<Tensor, Tensor>((w, h) => (w[0] - h).Square() - w[1].Square());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => (w[0] - 1).Square() + w[1].Square());
        var descent = new HypergradientDescent(Optimizer.Sgd(0.3)) { Adjoint = LinearSolver.Minres() };
        SolveReport report = descent.Minimize(Bilevel.Problem(saddle.MinimizedBy(Minimizer.NewtonCg()), outer), Tensor.Zeros([2]), Tensor.Scalar(0.5)).Report;
        Assert.True(report.Status == SolveStatus.NotAMinimum, report.ToString());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void EstimatesOfWhatIsNoNumber_AreNotConverged(double value)
    {
        var key = RandomKey.FromSeed(1);
        foreach (ZeroOrderRule rule in Enum.GetValues<ZeroOrderRule>())
        {
            EstimatedHypergradient<ValueTuple, Tensor> zero = Hypergradient.ZeroOrder(4, 0.1, rule)
                .Compute(Bilevel.Problem((Tensor _) => value), default, Tensor.From([1.0]), new() { Key = key });
            Assert.False(zero.Converged || zero.EstimateReport.Converged, $"{rule}: {zero}");
        }

        Objective<Tensor, Tensor> density = Objective.From<Tensor, Tensor>((x, h) => -(x - h).Square().Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((x, _) => x.Sum() + value);
        EstimatedHypergradient<ValueTuple, Tensor> score = Hypergradient.ScoreFunction(4, Baseline.LeaveOneOut)
            .Compute(Bilevel.Problem(RandomProcess.From((k, h) => h + k.Normal([1]), density), outer), default, Tensor.From([1.0]), new() { Key = key });
        Assert.False(score.Converged || score.EstimateReport.Converged, score.ToString());
    }

    private static object? Argument(ParameterInfo parameter) => parameter.ParameterType switch
    {
        _ when parameter.ParameterType == typeof(int) => 3,
        _ when parameter.ParameterType == typeof(HessianSeries) => HessianSeries.Truncated(3, 0.2),
        _ when parameter.ParameterType == typeof(Schedule) => (Schedule)(parameter.Name!.Contains("barrier", StringComparison.OrdinalIgnoreCase) ? 10.0 : 0.1),
        _ => parameter.DefaultValue,
    };

    private static DescentSolution<Tensor, Tensor> Run(Descent descent, Objective<Tensor, Tensor> inner, Objective<Tensor, Tensor> outer)
    {
        descent = descent with { MaxSteps = 40, Tolerance = 1e-3 };
        (Tensor start, Tensor hyper) = (Tensor.From([0.9]), Tensor.From([0.2]));
        return descent switch
        {
            SabaDescent saba => saba.Steps(Bilevel.Problem(FiniteSum.Of(inner), FiniteSum.Of(outer)), start, hyper).Run(),
            StochasticDescent stochastic => stochastic.Steps(Bilevel.Problem(inner, outer), start, hyper).Run(),
            _ => ((ExactDescent)descent).Steps(Bilevel.Problem(inner, outer), start, hyper).Run(),
        };
    }
}
