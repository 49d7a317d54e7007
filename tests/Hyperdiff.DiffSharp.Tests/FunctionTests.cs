namespace Hyperdiff.DiffSharp.Tests;

/// <summary>Maps, objectives and conditions of DiffSharp functions, against exact derivatives.</summary>
public class FunctionTests
{
    // roundings of a few dozen operations, at condition numbers below 100
    private const double Rounding = 1e-13;

    // solves go to about √ε of their residual
    private const double Solved = 1e-7;

    private static readonly Exception s_own = (Exception)Activator.CreateInstance(typeof(Exception), "my own")!;

    private static readonly DiffTensor s_a = Make.Matrix(new[,] { { 2.0, 0.3 }, { 0.3, 1.5 } });
    private static readonly DiffTensor s_b = Make.Vector(1, -2);

    // w* = (A + e^λ I)⁻¹ b, F = ½‖w‖²
    private static Objective<DiffTensor, DiffTensor> Ridge { get; } = DiffSharpFunction.Objective(
        (DiffTensor w, DiffTensor h) => (w * s_a.matmul(w)).sum(null) * 0.5 + (h.exp() * w * w).sum(null) * 0.5 - (s_b * w).sum(null), "Ridge");

    private static Objective<DiffTensor, DiffTensor> Outer { get; } = DiffSharpFunction.Objective(
        (DiffTensor w, DiffTensor _) => (w * w).sum(null) * 0.5, "Outer");

    [Fact]
    public void TheHypergradientOfARidgeRegressionIsExact()
    {
        var problem = Bilevel.Problem(Ridge.MinimizedBy(Minimizer.NewtonCg(tolerance: 1e-12)), Outer);
        DiffTensor h = Make.Scalar(0.2);
        var g = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(tolerance: 1e-12)).Compute(problem, Make.Vector(0, 0), h);
        g.EnsureConverged();
        (double first, _) = Exact(0.2);
        Make.Close(first, g.Gradient, Solved);
        Assert.Equal(DiffBackend.Reference, g.Gradient.backend);
    }

    [Fact]
    public void SoIsTheHypergradientByUnrolledSteps()
    {
        var unrolled = Hypergradient.Reverse(steps: 200).Compute(Bilevel.Problem(Ridge.Unroll(Optimizer.Sgd(0.3)), Outer), Make.Vector(0, 0), Make.Scalar(0.2));
        Make.Close(Exact(0.2).First, unrolled.Gradient, Solved);
    }

    [Fact]
    public void AMapOverATupleAndAnArrayHasItsFixedPointAndItsDerivative()
    {
        // u = ½v + λ₀, v = ¼u + λ₁
        FixedPointMap<(DiffTensor, DiffTensor), DiffTensor[]> map = DiffSharpFunction.Map(
            ((DiffTensor, DiffTensor) w, DiffTensor[] h) => (w.Item2 * 0.5 + h[0], w.Item1 * 0.25 + h[1]), "coupled");
        var start = (Make.Vector(0, 0), Make.Vector(0, 0));
        DiffTensor[] hyper = [Make.Vector(1, 2), Make.Vector(3, 4)];
        (DiffTensor u, DiffTensor v) = map.SolvedBy(FixedPoint.Anderson(tolerance: 1e-12)).Solve(start, hyper).State;
        Make.Close([(1 + 1.5) / 0.875, (2 + 2) / 0.875], u, Solved);
        Make.Close([(3 + 0.25) / 0.875, (4 + 0.5) / 0.875], v, Solved);
        Objective<(DiffTensor, DiffTensor), DiffTensor[]> outer = DiffSharpFunction.Objective(
            ((DiffTensor, DiffTensor) w, DiffTensor[] _) => w.Item1.sum(null), "sum");
        var g = Hypergradient.Implicit().Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(tolerance: 1e-12)), outer), start, hyper);
        Make.Close([1 / 0.875, 1 / 0.875], g.Gradient[0], Solved);
        Make.Close([0.5 / 0.875, 0.5 / 0.875], g.Gradient[1], Solved);
    }

    [Fact]
    public void ARootOfADiffSharpConditionIsFoundByNewton()
    {
        RootCondition<DiffTensor, DiffTensor> condition = DiffSharpFunction.Condition((DiffTensor w, DiffTensor h) => w * w * w - h, "cube");
        var finding = condition.SolvedBy(Root.Newton(tolerance: 1e-12));
        Make.Close([2, 3], finding.Solve(Make.Vector(1.5, 2), Make.Vector(8, 27)).State, Solved);
    }

    [Fact]
    public void EveryOrderOfProductsIsExact()
    {
        // f = Σ wᵢ³ λᵢ: ∇ = 3w²λ, Hv = 6wλv
        Objective<DiffTensor, DiffTensor> cubic = DiffSharpFunction.Objective((DiffTensor w, DiffTensor h) => (w * w * w * h).sum(null), "cubic");
        DiffTensor w = Make.Vector(2, -3), h = Make.Vector(0.5, 2);
        Make.Close([6, 54], cubic.Gradient(w, h), Rounding);
        Assert.Equal(8 * 0.5 - 54, cubic.Evaluate(w, h).ToScalar(), 12);

        // through the condition of the minimum of Σ w⁴/4 − λw: w* = λ^⅓, ∂w*/∂λ = λ^(−⅔)/3
        Objective<DiffTensor, DiffTensor> quartic = DiffSharpFunction.Objective(
            (DiffTensor w, DiffTensor h) => (w * w * w * w * 0.25 - h * w).sum(null), "quartic");
        var g = Hypergradient.Implicit().Compute(
            Bilevel.Problem(quartic.MinimizedBy(Minimizer.NewtonCg(tolerance: 1e-12)), DiffSharpFunction.Objective(
                (DiffTensor w, DiffTensor _) => w.sum(null), "sum")),
            Make.Vector(1.5, 2), Make.Vector(8, 27));
        Make.Close([1.0 / 12, 1.0 / 27], g.Gradient, 1e-6);
    }

    [Fact]
    public void AFunctionThatIgnoresAnArgumentHasDerivativeZeroInIt()
    {
        Objective<DiffTensor, DiffTensor> ignores = DiffSharpFunction.Objective((DiffTensor w, DiffTensor h) => (h * h).sum(null), "ignores w");
        Make.Close([0, 0], ignores.Gradient(Make.Vector(1, 2), Make.Vector(3, 4)), 0);
        Objective<DiffTensor, DiffTensor> constant = DiffSharpFunction.Objective((DiffTensor w, DiffTensor h) => Make.Scalar(7), "constant");
        Make.Close([0, 0], constant.Gradient(Make.Vector(1, 2), Make.Vector(3, 4)), 0);
    }

    [Fact]
    public void DataThatChangedAreSeenAtTheNextCall()
    {
        DiffTensor target = Make.Vector(1, 2);
        Objective<DiffTensor, DiffTensor> distance = DiffSharpFunction.Objective(
            (DiffTensor w, DiffTensor _) => ((w - target) * (w - target)).sum(null), "distance");
        DiffTensor w = Make.Vector(0, 0), h = Make.Scalar(0);
        Make.Close([-2, -4], distance.Gradient(w, h), Rounding);
        target = Make.Vector(3, 4);
        Make.Close([-6, -8], distance.Gradient(w, h), Rounding);
        Assert.Equal(1, distance.Traces);
    }

    [Fact]
    public void WhatAFunctionReturnsIsCheckedAndNamed()
    {
        DiffTensor w = Make.Vector(1, 2), h = Make.Scalar(0);
        string Message(Func<DiffTensor, DiffTensor, DiffTensor> function)
        {
            // at the gradient too, where the value is not asked for
            Assert.Contains("wrong", Assert.ThrowsAny<Exception>(() => DiffSharpFunction.Objective(function, "wrong").Gradient(w, h)).Message,
                StringComparison.Ordinal);
            return Assert.ThrowsAny<Exception>(() => DiffSharpFunction.Objective(function, "wrong").Evaluate(w, h)).Message;
        }

        Assert.Contains("wrong must return float64 []", Message((x, _) => x), StringComparison.Ordinal);
        Assert.Contains("dtype", Message((x, _) => x.sum(null).cast(DiffDtype.Float32)), StringComparison.Ordinal);
        Assert.Contains("null", Message((_, _) => null!), StringComparison.Ordinal);
        string map = Assert.ThrowsAny<Exception>(() => DiffSharpFunction.Map((DiffTensor x, DiffTensor _) => x.sum(null), "shrinks").Evaluate(w, h)).Message;
        Assert.Contains("shrinks must return a state like the one it was given", map, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatDiffSharpCannotDifferentiateIsSaidWithTheFunctionsName()
    {
        // casts of what is differentiated throw in DiffSharp
        Objective<DiffTensor, DiffTensor> casts = DiffSharpFunction.Objective(
            (DiffTensor w, DiffTensor _) => w.cast(DiffDtype.Float32).cast(DiffDtype.Float64).sum(null), "casts");
        string message = Assert.Throws<NotSupportedException>(() => casts.Gradient(Make.Vector(1, 2), Make.Scalar(0))).Message;
        Assert.Contains("DiffSharp cannot differentiate casts", message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatTheFunctionThrowsIsItsOwn()
    {
        // of the type that F#'s failwith throws
        Objective<DiffTensor, DiffTensor> fails = DiffSharpFunction.Objective((DiffTensor w, DiffTensor _) => w.isNoDiff ? w.sum(null) : throw s_own, "fails");
        Assert.Same(s_own, Assert.ThrowsAny<Exception>(() => fails.Gradient(Make.Vector(1, 2), Make.Scalar(0))));
    }

    [Fact]
    public void AFunctionThatReturnsItsArgumentDoesNotShareTheSolversMemory()
    {
        // Φ(w) = (w₁, ½ w₀ + λ): the first part is handed back as it is
        FixedPointMap<DiffTensor[], DiffTensor> map = DiffSharpFunction.Map((DiffTensor[] w, DiffTensor h) => new[] { w[1], w[0] * 0.5 + h }, "swap");
        foreach (FixedPointSolver solver in new[] { FixedPoint.Iteration(tolerance: 1e-12), FixedPoint.Anderson(tolerance: 1e-12), FixedPoint.Broyden() })
        {
            DiffTensor[] found = map.SolvedBy(solver).Solve([Make.Vector(0), Make.Vector(0)], Make.Vector(1)).EnsureConverged();
            Make.Close([2], found[0], Solved);
            Make.Close([2], found[1], Solved);
        }
    }

    [Fact]
    public void FormsOverRecordsTakeDiffSharpTensorsInstead()
    {
        Tensor x = Tensor.From(new double[,] { { 1, 0.3 }, { -1, 1.2 }, { 0.5, -0.7 }, { 2, 0.4 } }), y = Tensor.From([2.1, -1.7, 0.8, 4.2]);
        Tensor xVal = Tensor.From(new double[,] { { 1.5, -1 }, { -0.5, 0.8 }, { 0.2, 1.1 } }), yVal = Tensor.From([3.0, -1.0, 0.4]);
        (Weights, Penalty) like = (new Weights(Tensor.Zeros([2])), new Penalty(Tensor.Zeros([2])));
        var inner = RidgeForms.TrainObjective(x, y);
        var outer = RidgeForms.ValidateObjective(xVal, yVal);
        Objective<DiffTensor, DiffTensor> theirs = inner.Over(like, DiffSharpTree.Tensor, DiffSharpTree.Tensor);
        Objective<DiffTensor, DiffTensor> validation = outer.Over(like, DiffSharpTree.Tensor, DiffSharpTree.Tensor);
        Minimizer newton = Minimizer.NewtonCg(tolerance: 1e-10);
        var g = Hypergradient.Implicit().Compute(Bilevel.Problem(theirs.MinimizedBy(newton), validation), Make.Vector(0, 0), Make.Vector(0, 0));
        var expected = Hypergradient.Implicit().Compute(Bilevel.Problem(inner.MinimizedBy(newton), outer), like.Item1, like.Item2);

        // the same graphs on the same numbers
        Assert.Equal(expected.Gradient.LogL2.ToArray<double>(), Make.Elements(g.Gradient));
        Assert.Equal(2, DiffSharpForms.Converted(g.Gradient, like.Item2).LogL2.Count);
        Assert.Contains("2 leaves", Assert.ThrowsAny<ArgumentException>(() => inner.Over(like, Tree.Array(DiffSharpTree.Tensor), DiffSharpTree.Tensor)
            .Evaluate([Make.Vector(0, 0), Make.Vector(1)], Make.Vector(0, 0))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsFrozenInAFormIsNotDifferentiatedByItsCaller()
    {
        Objective<Tensor, Tensor> frozen = Objective.From((Tensor w, Tensor h) => (w * h).Sum(), state: new FrozenTree());
        Objective<DiffTensor, DiffTensor> over = frozen.Over((Tensor.Zeros([2]), Tensor.Zeros([2])), DiffSharpTree.Tensor, DiffSharpTree.Tensor);
        Assert.Contains("frozen in the form",
            Assert.Throws<ArgumentException>(() => over.Gradient(Make.Vector(1, 2), Make.Vector(3, 4))).Message, StringComparison.Ordinal);
    }

    private sealed class FrozenTree : Tree<Tensor>
    {
        public override void Flatten(Tensor value, LeafWriter writer) => writer.Leaf("mean", value, frozen: true);

        public override Tensor Rebuild(Tensor prototype, LeafReader reader) => reader.Leaf();
    }

    // dℓ/dλ and d²ℓ/dλ² of ℓ = ½‖(A + e^λ I)⁻¹ b‖²
    internal static (double First, double Second) Exact(double h)
    {
        double e = Math.Exp(h), a = 2 + e, b = 0.3, d = 1.5 + e, determinant = (a * d) - (b * b);
        double[] Solve(double[] r) => [((d * r[0]) - (b * r[1])) / determinant, ((a * r[1]) - (b * r[0])) / determinant];
        double Dot(double[] x, double[] y) => (x[0] * y[0]) + (x[1] * y[1]);
        double[] w = Solve([1, -2]), s = Solve(w), t = Solve(s);

        // w' = −e M⁻¹w, so ℓ' = −e w·M⁻¹w and ℓ'' = ℓ' + e² (2 w·M⁻²w + |M⁻¹w|²) with w·M⁻²w = |M⁻¹w|²
        return (-e * Dot(w, s), (-e * Dot(w, s)) + (e * e * ((2 * Dot(w, t)) + Dot(s, s))));
    }
}
