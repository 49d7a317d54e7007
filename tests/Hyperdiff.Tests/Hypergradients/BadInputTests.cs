namespace Hyperdiff.Tests.Hypergradients;

/// <summary>What has no good answer is a status with advice, a warning or an exception, from implicit and from iterative methods.</summary>
public sealed class BadInputTests
{
    private static readonly FixedPointMap<Tensor, Tensor> s_half = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h);
    private static readonly Objective<Tensor, Tensor> s_sum = Objective.From<Tensor, Tensor>((w, h) => w.Sum() + h.Square().Sum());

    private static readonly Dictionary<string, HypergradientMethod> s_methods = new()
    {
        ["implicit"] = Hypergradient.Implicit(),
        ["implicit, conjugate gradients"] = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient()),
        ["implicit, GMRES"] = Hypergradient.Implicit(adjoint: LinearSolver.Gmres()),
        ["implicit, auto"] = Hypergradient.Implicit(adjoint: LinearSolver.Auto()),
        ["phantom"] = Hypergradient.Phantom(3),
        ["one step"] = Hypergradient.OneStep(),
        ["reverse"] = Hypergradient.Reverse(30),
        ["truncated"] = Hypergradient.Reverse(30, 5),
        ["forward"] = Hypergradient.Forward(30),
    };

    public static TheoryData<string> Methods => new(s_methods.Keys);

    public static TheoryData<string> Solving => new(s_methods.Keys.Where(name => name.StartsWith("implicit", StringComparison.Ordinal)));

    public static TheoryData<string> Iterating => ["reverse", "truncated", "forward"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void AnOuterObjectiveWithoutTheState_GivesExactlyTheDirectPart(string name)
    {
        Objective<Tensor, Tensor> direct = Objective.From<Tensor, Tensor>((w, h) => (0 * w.Sum()) + h.Square().Sum());
        HypergradientResult<Tensor, Tensor> g = s_methods[name].Compute(Bilevel.Problem(s_half, direct), Tensor.Zeros([2]), Tensor.From([0.1, -0.3]));

        Assert.True(g.Converged, g.ToString());
        Assert.Equal([0.2, -0.6], g.Gradient.ToArray<double>());
    }

    [Theory]
    [MemberData(nameof(Solving))]
    public void ASingularAdjointSystem_IsAStatusWithAdvice(string name)
    {
        // the first coordinate stays where it is: I − J has a row and a column of zeros, and g is not in its range
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (w * Tensor.From([1.0, 0.5])) + (h * Tensor.From([0.0, 1])));
        HypergradientResult<Tensor, Tensor> g = s_methods[name].Compute(Bilevel.Problem(map, s_sum), Tensor.Ones([2]), Tensor.Ones([2]));

        Assert.True(g.Reports[0].Converged, g.ToString());
        Assert.False(g.Converged, g.ToString());
        SolveException exception = Assert.Throws<SolveException>(g.EnsureConverged);
        Assert.Contains(g.Reports[1].Advice, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Solving))]
    public void AMapThatDoesNotContract_IsAStatusWithAdvice(string name)
    {
        FixedPointMap<Tensor, Tensor> growing = FixedPointMap.From<Tensor, Tensor>((w, h) => (1.7 * w) + h);
        HypergradientResult<Tensor, Tensor> g = s_methods[name].Compute(Bilevel.Problem(growing, s_sum), Tensor.Ones([2]), Tensor.Ones([2]));

        Assert.Equal((SolveStatus.Diverged, false), (g.Reports[0].Status, g.Converged));
        Assert.Contains("smaller step size", Assert.Throws<SolveException>(g.EnsureConverged).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Iterating))]
    public void IteratesThatMoveAway_AreAWarningWithAdvice(string name)
    {
        FixedPointMap<Tensor, Tensor> growing = FixedPointMap.From<Tensor, Tensor>((w, h) => (1.7 * w) + h);
        HypergradientResult<Tensor, Tensor> g = s_methods[name].Compute(Bilevel.Problem(growing, s_sum), Tensor.Ones([2]), Tensor.Ones([2]));

        Assert.Contains("smaller step size", Assert.Single(g.Warnings, warning => warning.Kind == WarningKind.DivergingTrajectory).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Iterating))]
    public void IteratesThatOverflow_AreAStatus(string name)
    {
        FixedPointMap<Tensor, Tensor> exploding = FixedPointMap.From<Tensor, Tensor>((w, h) => w.Square() + h);
        HypergradientResult<Tensor, Tensor> g = s_methods[name].Compute(Bilevel.Problem(exploding, s_sum), Tensor.Full([2], 3.0), Tensor.Ones([2]));

        Assert.Equal((SolveStatus.NonFiniteIterate, false), (g.Reports[0].Status, g.Converged));
    }

    [Fact]
    public void NoSteps_AndNoTerms_GiveTheDirectPart_AndSayWhatIsLeftOut()
    {
        FixedPointProblem<Tensor, Tensor> problem = Bilevel.Problem(s_half, s_sum);
        (Tensor start, Tensor hyper) = (Tensor.Zeros([2]), Tensor.From([1.0, 2]));
        ImplicitMethod neumann = Hypergradient.Implicit(adjoint: LinearSolver.Neumann(0));
        HypergradientMethod[] none = [Hypergradient.Reverse(0), Hypergradient.Forward(0), Hypergradient.Reverse(5, 0), Hypergradient.Phantom(0)];

        Assert.All(none, method => Assert.Equal([2.0, 4], method.Compute(problem, start, hyper).Gradient.ToArray<double>()));
        Assert.Contains(Hypergradient.Reverse(5, 0).Compute(problem, start, hyper).Warnings, warning => warning.Kind == WarningKind.Truncated);
        Assert.Contains(Hypergradient.Phantom(0).Compute(problem, start, hyper).Warnings, warning => warning.Kind == WarningKind.Truncated);

        // K counts products: K = 0 is one term
        Assert.Equal([3.0, 5], neumann.Compute(problem, start, hyper).Gradient.ToArray<double>());
        Assert.Throws<ArgumentOutOfRangeException>(() => Hypergradient.Reverse(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hypergradient.Reverse(3, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hypergradient.Forward(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hypergradient.Phantom(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearSolver.Neumann(-1));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void EmptyHyperparameters_GiveAnEmptyGradient(string name)
    {
        Tree<Tensor[]> none = Tree.Array(Tree.Tensor);
        FixedPointMap<Tensor, Tensor[]> map = FixedPointMap.From<Tensor, Tensor[]>((w, _) => (0.5 * w) + 1, hyper: none);
        HypergradientResult<Tensor, Tensor[]> g = s_methods[name]
            .Compute(Bilevel.Problem(map, Objective.From<Tensor, Tensor[]>((w, _) => w.Sum(), hyper: none)), Tensor.Zeros([2]), []);

        Assert.True(g.Converged, g.ToString());
        Assert.Empty(g.Gradient);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void AnEmptyState_GivesTheDirectPart(string name)
    {
        Tree<Tensor[]> none = Tree.Array(Tree.Tensor);
        FixedPointMap<Tensor[], Tensor> map = FixedPointMap.From<Tensor[], Tensor>((w, _) => w, state: none);
        HypergradientResult<Tensor[], Tensor> g = s_methods[name]
            .Compute(Bilevel.Problem(map, Objective.From<Tensor[], Tensor>((_, h) => h.Square().Sum(), state: none)), [], Tensor.From([1.0, 2]));

        Assert.True(g.Converged, g.ToString());
        Assert.Equal([2.0, 4], g.Gradient.ToArray<double>());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void AStateWithoutElements_GivesTheDirectPart(string name)
    {
        HypergradientResult<Tensor, Tensor> g = s_methods[name].Compute(Bilevel.Problem(FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h), s_sum),
            Tensor.Zeros([0]), Tensor.From([2.0]));

        Assert.True(g.Converged, g.ToString());
        Assert.Equal([4.0], g.Gradient.ToArray<double>());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void AnUnusedHyperparameter_IsAWarning(string name)
    {
        Tree<(Tensor, Tensor)> pair = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        FixedPointMap<Tensor, (Tensor, Tensor)> map = FixedPointMap.From<Tensor, (Tensor, Tensor)>((w, h) => (0.5 * w) + h.Item1, hyper: pair);
        Objective<Tensor, (Tensor, Tensor)> outer = Objective.From<Tensor, (Tensor, Tensor)>((w, _) => w.Sum(), hyper: pair);
        HypergradientResult<Tensor, (Tensor, Tensor)> g = s_methods[name].Compute(Bilevel.Problem(map, outer), Tensor.Zeros([2]),
            (Tensor.Ones([2]), Tensor.Ones([3])));

        Assert.StartsWith("λ.Item2", Assert.Single(g.Warnings, warning => warning.Kind == WarningKind.UnusedHyperparameter).Message, StringComparison.Ordinal);
        Assert.Equal([0.0, 0, 0], g.Gradient.Item2.ToArray<double>());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void NaN_InTheOuterObjective_IsNoConvergence(string name)
    {
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => (w - 5).Log().Sum());
        HypergradientResult<Tensor, Tensor> g = s_methods[name].Compute(Bilevel.Problem(s_half, outer), Tensor.Zeros([2]), Tensor.Ones([2]));

        Assert.False(g.Converged);
        Assert.True(double.IsNaN(g.Value));
        Assert.Throws<SolveException>(g.EnsureConverged);
    }
}
