namespace Hyperdiff.Tests.Hypergradients;

/// <summary>A result that holds a number which is none is never called converged: whatever method, problem or descent it comes from.</summary>
public sealed class NonFiniteResultTests
{
    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>((w, h) => (w - 1).Square().Sum());
    private static readonly Objective<Tensor, Tensor> s_undefined = Objective.From<Tensor, Tensor>(
        (w, h) => (w - 1).Square().Sum() + (0 * (-1 - h.Square()).Sum().Log()));

    /// <summary>Inner solutions by name, of an objective.</summary>
    public static TheoryData<string> Minimizers => ["newton", "lbfgs", "fixed", "backtracking"];

    [Theory]
    [MemberData(nameof(Minimizers))]
    public void ATrainingSetWithoutSamples_IsRefused(string name)
    {
        Tensor empty = Tensor.Zeros([0, 4]);
        Objective<Tensor, Tensor> training = Objective.From<Tensor, Tensor>((w, h) => empty.MatMul(w).Square().Mean() + (h.Exp() * w.Square().Sum()));
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => Hypergradient.Implicit().Compute(Bilevel.Problem(training.MinimizedBy(Minimizer(name)), s_outer), Tensor.Ones([4]), Tensor.Scalar(0.1)));
        Assert.Contains("no elements", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => Hypergradient.Reverse(5).Compute(Bilevel.Problem(training.GradientDescentMap(0.1), s_outer), Tensor.Ones([4]), Tensor.Scalar(0.1)));
        Assert.Throws<ArgumentException>(() => Argmin.Of(training.MinimizedBy(Minimizer(name)), Tensor.Ones([4]), Tensor.Scalar(0.1)));
    }

    [Theory]
    [MemberData(nameof(Minimizers))]
    public void AnInnerObjectiveThatIsNoNumber_IsAStatus(string name)
    {
        var hyper = Tensor.From([0.5, 1]);
        HypergradientResult<Tensor, Tensor> g = Hypergradient.Implicit()
            .Compute(Bilevel.Problem(s_undefined.MinimizedBy(Minimizer(name)), s_outer), Tensor.Zeros([2]), hyper);
        Assert.False(g.Converged, g.ToString());
        Assert.Throws<SolveException>(g.EnsureConverged);
        Assert.Throws<SolveException>(() => Argmin.Of(s_undefined.MinimizedBy(Minimizer(name)), Tensor.Zeros([2]), hyper));
    }

    [Fact]
    public void AnOuterObjectiveThatIsNoNumber_OrOverflows_IsNotConverged()
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h);
        Objective<Tensor, Tensor> overflows = Objective.From<Tensor, Tensor>((w, h) => 1e308 * (h.Sum() + (0.9 * w.Sum())));
        HypergradientMethod[] methods = [Hypergradient.Implicit(), Hypergradient.Reverse(20), Hypergradient.Forward(20), Hypergradient.Phantom(2)];
        foreach (Objective<Tensor, Tensor> outer in new[] { s_undefined, overflows })
        {
            Assert.All(methods, method => Assert.False(method.Compute(Bilevel.Problem(map, outer), Tensor.Zeros([2]), Tensor.From([0.1, 0.2])).Converged,
                method.ToString()));
        }
    }

    [Fact]
    public void AFiniteSum_OfPartsThatOverflowTogether_IsNotConverged()
    {
        // both parts are 1e308 and finite, their sum is not
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => h);
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => 1e308 * (h.Sum() + w.Sum()));
        HypergradientResult<Tensor, Tensor> g = Hypergradient.Reverse(1).Compute(Bilevel.Problem(map, outer), Tensor.Zeros([1]), Tensor.From([1e-10]));
        Assert.Equal(double.PositiveInfinity, g.Gradient.ToArray<double>()[0]);
        Assert.False(g.Converged);
    }

    [Fact]
    public void ACheck_OfWhatIsNoNumber_DoesNotPass()
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h);
        Assert.False(Bilevel.Problem(map, s_undefined).Check(Tensor.Zeros([2]), Tensor.From([0.1, 0.2]), key: RandomKey.FromSeed(1)).Passed);
        Assert.True(Bilevel.Problem(map, s_outer).Check(Tensor.Zeros([2]), Tensor.From([0.1, 0.2]), key: RandomKey.FromSeed(1)).Passed);
    }

    private static Minimizer Minimizer(string name) => name switch
    {
        "newton" => Hyperdiff.Minimizer.NewtonCg(),
        "lbfgs" => Hyperdiff.Minimizer.Lbfgs(),
        "fixed" => Hyperdiff.Minimizer.GradientDescent(StepSize.Fixed(0.1)),
        _ => Hyperdiff.Minimizer.GradientDescent(StepSize.Backtracking()),
    };
}
