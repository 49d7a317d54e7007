namespace Hyperdiff.Tests.Formalities;

/// <summary>Everything public that solves or computes at a point refuses leaves that are null, and shapes that disagree between w, λ, data, the start and what
/// a function of the caller's returns: by an exception that names the leaf, the function or both shapes.</summary>
public sealed class RefusedPointTests
{
    private static readonly Tensor s_w = Tensor.From([0.1, 0.2]), s_h = Tensor.From([0.5, 1]), s_three = Tensor.From([1.0, 2, 3]);
    private static readonly TensorType s_type = new(DType.Float64, [2]);

    private static readonly Objective<(Tensor, Tensor), (Tensor, Tensor)> s_f = Objective.From<(Tensor, Tensor), (Tensor, Tensor)>(
        (w, h) => (w.Item1 - h.Item1).Square().Sum() + (w.Item2 - h.Item2).Square().Sum());

    private static readonly FixedPointMap<(Tensor, Tensor), (Tensor, Tensor)> s_map = FixedPointMap.From<(Tensor, Tensor), (Tensor, Tensor)>(
        (w, h) => ((0.5 * w.Item1) + h.Item1, (0.5 * w.Item2) + h.Item2));

    private static readonly RootCondition<(Tensor, Tensor), (Tensor, Tensor)> s_condition = RootCondition.OfMap(s_map);

    /// <summary>What takes w and λ, of two leaves each.</summary>
    private static readonly Dictionary<string, Action<(Tensor, Tensor), (Tensor, Tensor)>> s_points = new()
    {
        ["Evaluate"] = (w, h) => s_f.Evaluate(w, h),
        ["Gradient"] = (w, h) => s_f.Gradient(w, h),
        ["Apply"] = (w, h) => s_map.Evaluate(w, h),
        ["NewtonCg"] = (w, h) => s_f.MinimizedBy(Minimizer.NewtonCg()).Solve(w, h),
        ["Lbfgs"] = (w, h) => s_f.MinimizedBy(Minimizer.Lbfgs()).Solve(w, h),
        ["GradientDescent"] = (w, h) => s_f.MinimizedBy(Minimizer.GradientDescent(StepSize.Fixed(0.1))).Solve(w, h),
        ["Iterate"] = (w, h) => s_map.SolvedBy(FixedPoint.Iteration()).Solve(w, h),
        ["Anderson"] = (w, h) => s_map.SolvedBy(FixedPoint.Anderson()).Solve(w, h),
        ["Newton"] = (w, h) => s_condition.SolvedBy(Root.Newton()).Solve(w, h),
        ["Argmin.Of"] = (w, h) => Argmin.Of(s_f.MinimizedBy(Minimizer.NewtonCg()), w, h),
        ["FixedPoint.Of"] = (w, h) => FixedPoint.Of(s_map, w, h),
        ["Root.Of"] = (w, h) => Root.Of(s_condition.SolvedBy(Root.Newton()), w, h),
        ["a root function"] = (w, h) => s_condition.SolvedBy((_, l) => (2 * l.Item1, 2 * l.Item2)).Solve(w, h),
        ["BestResponse"] = (w, h) => BestResponse.At(s_map, w, h),
        ["constrained"] = (w, h) => s_f.SubjectTo(equalities: (a, l) => (a.Item1 - l.Item1) + (a.Item2 - l.Item2)).Start(w, h),
        ["Unroll.Start"] = (w, h) => Hypergradient.Reverse(2).Compute(Bilevel.Problem(s_f.Unroll(Optimizer.Sgd(0.1)), s_f), w, h),
        ["Implicit"] = (w, h) => Hypergradient.Implicit().Compute(Bilevel.Problem(s_map, s_f), w, h),
        ["Phantom"] = (w, h) => Hypergradient.Phantom(3).Compute(Bilevel.Problem(s_map, s_f), w, h),
        ["Reverse"] = (w, h) => Hypergradient.Reverse(3).Compute(Bilevel.Problem(s_map, s_f), w, h),
        ["Forward"] = (w, h) => Hypergradient.Forward(3).Compute(Bilevel.Problem(s_map, s_f), w, h),
        ["Maml"] = (w, h) => Hypergradient.FirstOrderMaml(2).Compute(Bilevel.Problem(s_f.Unroll(Optimizer.Sgd(0.1)), s_f), w, h),
        ["Darts"] = (w, h) => Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End)
            .Compute(Bilevel.Problem(s_f.MinimizedBy(Minimizer.NewtonCg()), s_f), w, h),
        ["Darts of steps"] = (w, h) => Hypergradient.Darts(1, StepDerivative.Differentiated, EvaluationPoint.Start, MixedProduct.CentralDifference())
            .Compute(Bilevel.Problem(s_f.Unroll(Optimizer.Sgd(0.1)), s_f), w, h),
        ["Stochastic"] = (w, h) => Hypergradient.Stochastic(Optimizer.Sgd(0.1), 2)
            .Compute(Bilevel.Problem(s_f.MinimizedBy(Minimizer.NewtonCg()), s_f), w, h, new() { Key = RandomKey.FromSeed(1) }),
        ["ZeroOrder"] = (w, h) => Hypergradient.ZeroOrder(2, 0.1).Compute(Bilevel.Problem(s_map, s_f), w, h, new() { Key = RandomKey.FromSeed(1) }),
        ["Check"] = (w, h) => Bilevel.Problem(s_map, s_f).Check(w, h),
        ["Explain"] = (w, h) => Bilevel.Problem(s_map, s_f).Explain(w, h),
        ["HypergradientDescent"] = (w, h) => (new HypergradientDescent(Optimizer.Sgd(0.1)) with { MaxSteps = 2 })
            .Minimize(Bilevel.Problem(s_f.MinimizedBy(Minimizer.NewtonCg()), s_f), w, h),
        ["Soba"] = (w, h) => (Descent.Soba(0.1, 0.1) with { MaxSteps = 2 }).Minimize(Bilevel.Problem(s_f, s_f), w, h),
        ["Bome"] = (w, h) => (Descent.Bome(0.1, 2, 0.1, 0.5) with { MaxSteps = 2 }).Minimize(Bilevel.Problem(s_f, s_f), w, h),
    };

    /// <summary>What a function of the caller's returns instead of a tensor like w: null, or another shape.</summary>
    private static readonly Dictionary<string, Action<Tensor?>> s_results = new()
    {
        ["a map"] = bad => FixedPointMap.From<Tensor, Tensor>((_, _) => bad!).Solve(s_w, s_h),
        ["a condition"] = bad => RootCondition.From<Tensor, Tensor>((_, _) => bad!).SolvedBy(Root.Newton()).Solve(s_w, s_h),
        ["an objective"] = bad => Objective.From<Tensor, Tensor>((_, _) => bad!).Evaluate(s_w, s_h),
        ["a root function"] = bad => Difference().SolvedBy((_, _) => bad!).Solve(s_w, s_h),
        ["a root function, as a value"] = bad => Diff.Grad((Tensor h) => Root.Of(Difference().SolvedBy((_, _) => bad!), s_w, h).Sum(), s_h),
        ["a response"] = bad => Hypergradient.ZeroOrder(2, 0.1).Compute(
            Bilevel.Problem<Tensor, Tensor>((_, _) => bad!, Objective.From<Tensor, Tensor>((w, h) => (w - h).Sum())), s_w, s_h,
            new() { Key = RandomKey.FromSeed(1) }),
        ["a proximal operator"] = bad => Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum()).ProximalGradientMap(0.1, (_, _) => bad!)
            .Solve(s_w, s_h),
        ["a projection"] = bad => Optimizer.Sgd(0.1).Projected(_ => bad!).Start(s_w).Next(s_w),
        ["a schedule"] = bad => Optimizer.Sgd(Schedule.From(_ => bad!)).Start(s_w).Next(s_w),
        ["a step of a loop"] = bad => Loop.Iterate(3, (Tensor _) => bad!, s_w),
        ["a condition of a loop"] = bad => Loop.While((Tensor _) => bad!, c => c, s_w, 3),
        ["a linear operator"] = bad => LinearSolver.Gmres().Solve(LinearOperator.From((Tensor v) => bad is null ? bad! : bad * v.Sum(), s_type), [s_h]),
        ["a right-hand side"] = bad => LinearSolver.Gmres().Solve(LinearOperator.From((Tensor v) => 2 * v, s_type), [bad!]),
        ["a start"] = bad => LinearSolver.Gmres().Solve(LinearOperator.From((Tensor v) => 2 * v, s_type), [s_h], [bad!]),
        ["a vector"] = bad => LinearOperator.From((Tensor v) => 2 * v, s_type).Apply(bad!),
        ["a tangent"] = bad => Diff.Linearize((Tensor x) => 2 * x, s_w).Jvp(bad!),
        ["a cotangent"] = bad => Diff.Linearize((Tensor x) => 2 * x, s_w).Vjp(bad!),
        ["a gradient"] = bad => Optimizer.Adam().Start(s_w).Next(bad!),
        ["a warm start"] = bad => Hypergradient.Implicit().Compute(
            Bilevel.Problem(FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h), Objective.From<Tensor, Tensor>((w, _) => w.Sum())), s_w, s_h,
            new() { WarmStart = WarmStart.Of(bad!) }),
    };

    public static TheoryData<string> Points => new(s_points.Keys);

    public static TheoryData<string> Results => new(s_results.Keys);

    [Theory]
    [MemberData(nameof(Points))]
    public void ALeafThatIsNull_IsRefusedByName(string name)
    {
        foreach (bool inState in new[] { true, false })
        {
            (Tensor, Tensor) good = (s_w, s_w), bad = (s_w, null!);
            ArgumentException exception = Assert.Throws<ArgumentException>(() => s_points[name](inState ? bad : good, inState ? good : bad));
            Assert.Contains("Item2", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Points))]
    public void ShapesOfStateAndHyperparametersThatDisagree_AreRefused_WithBoth(string name)
    {
        Exception exception = Assert.Throws<ShapeMismatchException>(() => s_points[name]((s_w, s_w), (s_w, s_three)));
        Assert.Contains("[2]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("[3]", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Results))]
    public void AResultThatIsNull_IsRefused(string name) =>
        Assert.IsAssignableFrom<ArgumentException>(Record.Exception(() => s_results[name](null)));

    [Theory]
    [MemberData(nameof(Results))]
    public void AResultOfAnotherShape_IsRefused_WithIt(string name)
    {
        Exception exception = Assert.Throws<ShapeMismatchException>(() => s_results[name](s_three));
        Assert.Contains("[3]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constraints_AndDynamics_RefuseANullPoint_ByName()
    {
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum());
        ConstrainedObjective<Tensor, Tensor> constrained = f.SubjectTo(equalities: (w, _) => w.Sum() - 1);

        Assert.Throws<ArgumentNullException>("w", () => constrained.Start(null!, s_h));
        Assert.Throws<ArgumentNullException>("λ", () => constrained.Start(s_w, null!));
        Assert.Throws<ArgumentNullException>("λ", () => f.Unroll(Optimizer.Sgd(0.1)).Start(s_w, null!));
        Assert.Contains("equalities", Assert.Throws<ArgumentException>(() => f.SubjectTo(equalities: (_, _) => null!).Start(s_w, s_h)).Message,
            StringComparison.Ordinal);
    }

    private static RootCondition<Tensor, Tensor> Difference() => RootCondition.From<Tensor, Tensor>((w, h) => w - h);
}
