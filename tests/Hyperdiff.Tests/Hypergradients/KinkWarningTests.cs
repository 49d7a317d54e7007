namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Hypergradients exactly at a kink, and in leaves that change nothing, carry a warning that says so; others carry none.</summary>
public sealed class KinkWarningTests
{
    private static readonly Objective<Tensor, Tensor> s_sum = Objective.From<Tensor, Tensor>((w, _) => w.Sum());

    // w* = h where h ≤ 0, h/3 beyond: the derivative jumps at 0
    private static readonly Objective<Tensor, Tensor> s_relu = Objective.From<Tensor, Tensor>(
        (w, h) => (0.5 * (w - h).Square().Sum()) + w.Relu().Square().Sum(), "ramp");

    private static readonly FixedPointMap<Tensor, Tensor> s_abs = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w.Abs()) + h, "fold");

    private static Dictionary<string, Func<Tensor, IEnumerable<HypergradientWarning>>> Methods => new()
    {
        ["implicit, minimum"] = h =>
            Hypergradient.Implicit().Compute(Bilevel.Problem(s_relu.MinimizedBy(Minimizer.NewtonCg()), s_sum), Tensor.Zeros([2]), h).Warnings,
        ["implicit, map"] = h => Hypergradient.Implicit().Compute(Bilevel.Problem(s_abs, s_sum), Tensor.Zeros([2]), h).Warnings,
        ["implicit, root"] = h => Hypergradient.Implicit().Compute(
            Bilevel.Problem(RootCondition.From<Tensor, Tensor>((w, p) => w + w.Relu() - p, "ramp").SolvedBy(Root.Newton()), s_sum), h.Abs(), h).Warnings,
        ["implicit, gradient descent"] = h =>
            Hypergradient.Implicit().Compute(Bilevel.Problem(s_relu.GradientDescentMap(0.3), s_sum), Tensor.Zeros([2]), h).Warnings,
        ["best response of a minimum"] = h => BestResponse.At(s_relu.MinimizedBy(Minimizer.NewtonCg()), h, h).Warnings,
        ["best response of a map"] = h => BestResponse.At(s_abs, h, h).Warnings,
        ["one step"] = h => Hypergradient.OneStep().Compute(Bilevel.Problem(s_abs, s_sum), Tensor.Zeros([2]), h).Warnings,
        ["reverse"] = h => Hypergradient.Reverse(5).Compute(Bilevel.Problem(s_abs, s_sum), h, h).Warnings,
        ["forward"] = h => Hypergradient.Forward(5).Compute(Bilevel.Problem(s_abs, s_sum), h, h).Warnings,
        ["unrolled"] = h => Hypergradient.Reverse(5).Compute(Bilevel.Problem(s_relu.Unroll(Optimizer.Sgd(0.1)), s_sum), h, h).Warnings,
        ["darts"] = h => Hypergradient.Darts(1, StepDerivative.Differentiated, EvaluationPoint.BeforeLastStep)
            .Compute(Bilevel.Problem(s_relu.Unroll(Optimizer.Sgd(0.1)), s_sum), h, h).Warnings,
        ["stochastic"] = h =>
            Hypergradient.Stochastic(Optimizer.Sgd(0.1), 5)
            .Compute(Bilevel.Problem(s_relu.MinimizedBy(Minimizer.NewtonCg()), s_sum), Tensor.Zeros([2]), h, new() { Key = RandomKey.FromSeed(1) }).Warnings,
        ["outer"] = h => Hypergradient.Implicit().Compute(
            Bilevel.Problem(FixedPointMap.From<Tensor, Tensor>((w, p) => (0.5 * w) + p), Objective.From<Tensor, Tensor>((w, _) => w.Relu().Sum(), "ramp")),
            Tensor.Zeros([2]), h).Warnings,
    };

    public static TheoryData<string> Names => [.. Methods.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void AtAKink_AWarningNamesOperationAndFunction(string name)
    {
        HypergradientWarning warning = Methods[name](Tensor.Zeros([2])).First(warning => warning.Kind == WarningKind.Kink);
        Assert.Matches("`(Abs|Relu)` at 0 in [24] of [24] elements, in .*(ramp|fold)", warning.Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AwayFromIt_ThereIsNone(string name) =>
        Assert.DoesNotContain(Methods[name](Tensor.From([0.3, 0.7])), warning => warning.Kind == WarningKind.Kink);

    [Fact]
    public void OncePerOperation()
    {
        HypergradientResult<Tensor, Tensor> g = Hypergradient.Reverse(20).Compute(Bilevel.Problem(s_abs, s_sum), Tensor.Zeros([2]), Tensor.Zeros([2]));
        Assert.Single(g.Warnings, warning => warning.Kind == WarningKind.Kink);
        Assert.Contains("Kink: `Abs` at 0", g.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Weights of 0 in the inner problem and in the outer objective, by a literal and by a number that is only known at run time.</summary>
    [Theory]
    [InlineData("implicit")]
    [InlineData("reverse")]
    [InlineData("forward")]
    public void AWeightOfZero_IsTold(string method)
    {
        HypergradientMethod by = method switch
        {
            "implicit" => Hypergradient.Implicit(),
            "reverse" => Hypergradient.Reverse(30),
            _ => Hypergradient.Forward(30)
        };
        Tensor weight = Tensor.From([0.0, 0]);
        foreach (Func<Tensor, Tensor> used in new Func<Tensor, Tensor>[] { h => 0 * h, h => weight * h, h => Tensor.Where(h > 100, h, 1) })
        {
            HypergradientResult<Tensor, Tensor> g = by.Compute(Bilevel.Problem(FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + used(h)), s_sum),
                Tensor.Ones([2]), Tensor.From([1.0, 2]));
            Assert.Equal([0.0, 0], g.Gradient.ToArray<double>());
            HypergradientWarning warning = Assert.Single(g.Warnings, warning => warning.Kind is WarningKind.ZeroDerivative or WarningKind.UnusedHyperparameter);
            Assert.StartsWith("λ is used", warning.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A gradient of zeros for good reason, an outer objective at its minimum, is none of those.</summary>
    [Theory]
    [InlineData("implicit")]
    [InlineData("reverse")]
    [InlineData("forward")]
    public void AnOuterMinimum_IsNot(string method)
    {
        HypergradientMethod by = method switch { "implicit" => Hypergradient.Implicit(), "reverse" => Hypergradient.Reverse(3), _ => Hypergradient.Forward(3) };
        Objective<Tensor, Tensor> square = Objective.From<Tensor, Tensor>((w, _) => w.Square().Sum());
        HypergradientResult<Tensor, Tensor> g = by.Compute(Bilevel.Problem(FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h), square),
            Tensor.Zeros([2]), Tensor.Zeros([2]));
        Assert.Equal([0.0, 0], g.Gradient.ToArray<double>());
        Assert.DoesNotContain(g.Warnings, warning => warning.Kind is WarningKind.ZeroDerivative or WarningKind.UnusedHyperparameter);
    }
}
