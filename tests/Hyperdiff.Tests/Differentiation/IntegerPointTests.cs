namespace Hyperdiff.Tests.Differentiation;

/// <summary>Integers have no derivative: a point of nothing else is refused by every entry point, with the leaf and the remedy, instead of a "gradient"
/// that is the point.</summary>
public sealed class IntegerPointTests
{
    private static readonly Tensor s_point = Tensor.From([1, 2, 3]);
    private static readonly Tensor s_state = Tensor.From([1.0, 2, 3]);

    private static readonly Objective<Tensor, Tensor> s_inner = Objective.From<Tensor, Tensor>(
        (w, h) => 0.5 * (w.To(DType.Float64) - h.To(DType.Float64)).Square().Sum());
    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>((w, h) => w.To(DType.Float64).Square().Sum());
    private static readonly FixedPointMap<Tensor, Tensor> s_map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h.To(DType.Float64));
    private static readonly RootCondition<Tensor, Tensor> s_condition = RootCondition.From<Tensor, Tensor>((w, h) => w - h.To(DType.Float64));
    private static readonly RandomKey s_key = RandomKey.FromSeed(3);

    private static Dictionary<string, Action> Derivatives => new()
    {
        ["Grad"] = () => Diff.Grad(f, s_point),
        ["Grad as a function"] = () => Diff.Grad<Tensor>(f)(s_point),
        ["Grad of an array"] = () => Diff.Grad((Tensor[] x) => f(x[0]), [s_point]),
        ["Grad of a tuple"] = () => Diff.Grad(((Tensor A, Tensor B) x) => f(x.A) + f(x.B), (s_point, s_point)),
        ["Grad in a mask"] = () => Diff.Grad(f, s_state > 1.5),
        ["Grad in a key"] = () => Diff.Grad(k => k.Normal([2]).Sum(), s_key),
        ["ValueAndGrad"] = () => Diff.ValueAndGrad(f, s_point),
        ["ValueAndGrad with more"] = () => Diff.ValueAndGrad(x => (f(x), x), s_point),
        ["Hvp"] = () => Diff.Hvp(f, s_point, s_point),
        ["Jvp"] = () => Diff.Jvp(f, s_point, s_point),
        ["Vjp"] = () => Diff.Vjp(f, s_point, Tensor.Scalar(1)),
        ["Linearize"] = () => Diff.Linearize(f, s_point),
        ["Jacobian"] = () => Diff.Jacobian(f, s_point),
        ["JacobianForward"] = () => Diff.JacobianForward(f, s_point),
        ["JacobianReverse"] = () => Diff.JacobianReverse(f, s_point),
        ["Hessian"] = () => Diff.Hessian(f, s_point),
        ["Laplacian"] = () => Diff.Laplacian(f, s_point),
        ["PeakMemory"] = () => Diff.PeakMemory(f, s_point),
        ["Vmap of Grad"] = () => Diff.Vmap(Diff.Grad<Tensor>(f), s_point),
        ["Grad of Grad"] = () => Diff.Grad(x => Diff.Grad<Tensor>(f, s_point).To(DType.Float64).Sum() + x.Sum(), s_state),
    };

    private static Dictionary<string, Action> Hypergradients => new()
    {
        ["implicit, map"] = () => Hypergradient.Implicit().Compute(Bilevel.Problem(s_map, s_outer), s_state, s_point),
        ["implicit, minimum"] = () => Hypergradient.Implicit().Compute(Minimum(), s_state, s_point),
        ["implicit, root"] = () => Hypergradient.Implicit().Compute(Bilevel.Problem(s_condition.SolvedBy(Root.Newton()), s_outer), s_state, s_point),
        ["phantom"] = () => Hypergradient.Phantom(3).Compute(Bilevel.Problem(s_map, s_outer), s_state, s_point),
        ["reverse"] = () => Hypergradient.Reverse(3).Compute(Bilevel.Problem(s_map, s_outer), s_state, s_point),
        ["forward"] = () => Hypergradient.Forward(3).Compute(Bilevel.Problem(s_map, s_outer), s_state, s_point),
        ["first order"] = () => Hypergradient.FirstOrderMaml(3).Compute(Bilevel.Problem(s_map, s_outer), s_state, s_point),
        ["unrolled"] = () => Hypergradient.Reverse(3).Compute(Bilevel.Problem(s_inner.Unroll(Optimizer.Sgd(0.1)), s_outer), s_state, s_point),
        ["darts"] = () => Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End).Compute(Minimum(), s_state, s_point),
        ["darts, unrolled"] = () =>
            Hypergradient.Darts(1, StepDerivative.Scaled(1), EvaluationPoint.End)
            .Compute(Bilevel.Problem(s_inner.Unroll(Optimizer.Sgd(0.1)), s_outer), s_state, s_point),
        ["stochastic"] = () => Hypergradient.Stochastic(Optimizer.Sgd(0.1), 5).Compute(Minimum(), s_state, s_point, new() { Key = RandomKey.FromSeed(1) }),
        ["zero order"] = () =>
            Hypergradient.ZeroOrder(4, 0.1).Compute(Bilevel.Problem((Tensor h, RandomKey _) => f(h).ToScalar()), default, s_point, new() { Key = s_key }),
        ["descent"] = () => Descent.Soba(0.1, 0.1).Minimize(Bilevel.Problem(s_inner, s_outer), s_state, s_point),
        ["a state of integers, minimum"] = () => Hypergradient.Implicit().Compute(Minimum(), s_point, s_state),
        ["a state of integers, Argmin.Of"] = () => Argmin.Of(s_inner.MinimizedBy(Minimizer.NewtonCg()), s_point, s_state),
        ["a state of integers, Gradient"] = () => s_inner.Gradient(s_point, s_state),
        ["a state of integers, Gradient at given hyperparameters"] = () => s_inner.At(s_state).Gradient(s_point),
        ["a state of integers, HessianProduct"] = () => s_inner.HessianProduct(s_point, s_state, s_point),
        ["a state of integers, GradientDescentMap"] = () => s_inner.GradientDescentMap(0.1).Evaluate(s_point, s_state),
        ["a state of integers, ProximalGradientMap"] = () => s_inner.ProximalGradientMap(0.1, (w, _) => w).Evaluate(s_point, s_state),
        ["a state of integers, Minimize"] = () => s_inner.MinimizedBy(Minimizer.NewtonCg()).Solve(s_point, s_state),
        ["Grad through Argmin.Of"] = () => Diff.Grad(h => Argmin.Of(s_inner.MinimizedBy(Minimizer.NewtonCg()), s_state, h).Square().Sum(), s_point),
        ["Grad through FixedPoint.Of"] = () => Diff.Grad(h => FixedPoint.Of(s_map, s_state, h).Square().Sum(), s_point),
        ["Grad through Root.Of"] = () => Diff.Grad(h => Root.Of(s_condition.SolvedBy(Root.Newton()), s_state, h).Square().Sum(), s_point),
    };

    public static TheoryData<string> AllDerivatives => [.. Derivatives.Keys];

    public static TheoryData<string> AllHypergradients => [.. Hypergradients.Keys];

    [Theory]
    [MemberData(nameof(AllDerivatives))]
    public void ADerivative_IsRefused(string name) => Refused(Derivatives[name], name == "Grad in a key" ? "RandomKey" : "x");

    [Theory]
    [MemberData(nameof(AllHypergradients))]
    public void AHypergradient_IsRefused(string name) =>
        Refused(Hypergradients[name], name.StartsWith("a state", StringComparison.Ordinal)
            ? "w" : name.StartsWith("Grad", StringComparison.Ordinal) ? "x" : "λ");

    [Fact]
    public void WhatStandsBesideFloatingLeaves_StaysAsItIs()
    {
        // an index is part of the structure: the gradient has it too, and steps along it leave it alone
        (Tensor gradient, Tensor index) = Diff.Grad(((Tensor X, Tensor Index) p) => p.X.Take(p.Index).Square().Sum(), (s_state, Tensor.From([2, 0])));
        Assert.Equal([2.0, 0, 6], gradient.ToArray<double>());
        Assert.Equal([2, 0], index.ToArray<int>());
    }

    private static MinimizationProblem<Tensor, Tensor> Minimum() => Bilevel.Problem(s_inner.MinimizedBy(Minimizer.NewtonCg()), s_outer);

    private static Tensor f(Tensor x) => x.To(DType.Float64).Square().Sum();

    private static void Refused(Action action, string leaf)
    {
        DTypeMismatchException exception = Assert.Throws<DTypeMismatchException>(action);
        Assert.Contains($"leaf {leaf}", exception.Message, StringComparison.Ordinal);
        Assert.Contains("To(DType.Float64)", exception.Message, StringComparison.Ordinal);
    }
}
