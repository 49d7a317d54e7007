namespace Hyperdiff.Tests.Optimization;

public sealed class ProximalTests
{
    private const double Rate = 0.4;

    [Fact]
    public void Simplex_IsTheNearestPoint_OfEveryLine()
    {
        Tensor x = Tensor.From(new[,] { { 0.5, 0.3, 0.1 }, { 2, 0, -1 }, { 1, 1, -5 }, { 0.2, 0.3, 0.5 } });
        double[] u = Proximal.Simplex(x).ToArray<double>();

        // the first line lacks 0.1, a thirtieth each; the second is far out; the third is a tie; the fourth is on the simplex
        double[] expected = [0.5 + (0.1 / 3), 0.3 + (0.1 / 3), 0.1 + (0.1 / 3), 1, 0, 0, 0.5, 0.5, 0, 0.2, 0.3, 0.5];
        Assert.All(expected.Zip(u), both => Assert.Equal(both.First, both.Second, 1e-15));
    }

    [Fact]
    public void Simplex_OfAnotherSum_AddsUpToIt() => Assert.Equal(3, Proximal.Simplex(Tensor.From([0.4, -2, 9, 8.5]), 3).Sum().ToScalar(), 1e-14);

    [Fact]
    public void Simplex_HasTheDerivativeOfTheCenteringOfItsSupport()
    {
        Tensor jacobian = Diff.Jacobian(x => Proximal.Simplex(x), Tensor.From([0.9, 0.5, -1]));

        Assert.All(new[] { 0.5, -0.5, 0, -0.5, 0.5, 0, 0, 0, 0 }.Zip(jacobian.ToArray<double>()), both => Assert.Equal(both.First, both.Second, 1e-16));
    }

    [Fact]
    public void Box_KeepsTheInside_AndItsBoundsTakeTheDerivativeOutside()
    {
        Tensor x = Tensor.From([-2, 0.5, 3, 1]);
        (Tensor low, Tensor high) = (Tensor.Scalar(0), Tensor.Scalar(1));

        Assert.Equal([0, 0.5, 1, 1], Proximal.Box(x, 0, 1).ToArray<double>());
        Assert.Equal([0, 1, 0, 1], Diff.Grad(at => Proximal.Box(at, 0, 1).Sum(), x).ToArray<double>());
        Assert.Equal(1, Diff.Grad(at => Proximal.Box(x, at, high).Sum(), low).ToScalar());
        Assert.Equal(1, Diff.Grad(at => Proximal.Box(x, low, at).Sum(), high).ToScalar());
    }

    [Fact]
    public void NonNegative_CutsOff()
    {
        Assert.Equal([0, 0, 3], Proximal.NonNegative(Tensor.From([-2.0, 0, 3])).ToArray<double>());
        Assert.Equal([0, 1, 1], Diff.Grad(at => Proximal.NonNegative(at).Sum(), Tensor.From([-2.0, 0, 3])).ToArray<double>());
    }

    [Fact]
    public void SoftThreshold_MovesToZero_AndNoFurther()
    {
        Tensor x = Tensor.From([-2, 0.5, 3]);

        Assert.Equal([-1, 0, 2], Proximal.SoftThreshold(x, Tensor.Scalar(1)).ToArray<double>());
        Assert.Equal(0, Diff.Grad(t => Proximal.SoftThreshold(x, t).Sum(), Tensor.Scalar(1)).ToScalar());
        Assert.Equal([1, 0, 1], Diff.Grad(at => Proximal.SoftThreshold(at, Tensor.Scalar(1)).Sum(), x).ToArray<double>());
    }

    [Theory]
    [InlineData("iteration")]
    [InlineData("Anderson")]
    public void ProjectedFixedPoint_HasADerivativeOfExactlyZero_WhereABoundIsActive(string name)
    {
        // min ½(w − λ)ᵀA(w − λ) over w ≥ 0: the second coordinate is held at 0, the first follows λ₁ + λ₂·A₁₂/A₁₁
        Tensor a = Tensor.From(new[,] { { 1, 0.5 }, { 0.5, 2 } });
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - h).MatMul(a.MatMul(w - h)));
        FixedPointMap<Tensor, Tensor> map = f.ProximalGradientMap(Rate, (w, _) => Proximal.NonNegative(w));
        FixedPointSolver by = name == "Anderson" ? FixedPoint.Anderson(tolerance: 1e-14) : FixedPoint.Iteration(1e-14);
        Tensor hyper = Tensor.From([1.0, -2]);
        Tensor w = map.SolvedBy(by).Solve(Tensor.Ones([2]), hyper).EnsureConverged();
        Tensor jacobian = Diff.Jacobian(h => FixedPoint.Of(map.SolvedBy(by), Tensor.Ones([2]), h, LinearSolver.FixedPoint(1e-14)), hyper);
        double[] elements = jacobian.ToArray<double>();

        Assert.Equal(0, w.ToArray<double>()[0], 1e-13);
        Assert.Equal(0, w.ToArray<double>()[1]);
        Assert.Equal((0.0, 0.0), (elements[2], elements[3]));
    }

    [Fact]
    public void BoxConstrainedMinimum_FollowsWhatIsFree_AndTheBoundItself()
    {
        // w₂ is held at u = 0.3: w₁ = λ₁ + (λ₂ − u) A₁₂/A₁₁
        Tensor a = Tensor.From(new[,] { { 1, 0.5 }, { 0.5, 2 } });
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - h[..2]).MatMul(a.MatMul(w - h[..2])));
        FixedPointMap<Tensor, Tensor> map = f.ProximalGradientMap(Rate, (w, h) => Proximal.Box(w, Tensor.Scalar(-10), h[2]));
        Tensor hyper = Tensor.From([-1, 2, 0.3]);
        Tensor Solve(Tensor h) => FixedPoint.Of(map.SolvedBy(FixedPoint.Iteration(1e-15)), Tensor.Zeros([2]), h, LinearSolver.FixedPoint(1e-15));
        double[] jacobian = Diff.Jacobian(Solve, hyper).ToArray<double>();

        Assert.Equal(-1 + (0.5 * 1.7), Solve(hyper).ToArray<double>()[0], 1e-14);
        Assert.All(new[] { 1, 0.5, -0.5, 0, 0, 1 }.Zip(jacobian), both => Assert.Equal(both.First, both.Second, 1e-13));
    }

    [Fact]
    public void Lasso_HasTheDerivativeOfItsClosedForm()
    {
        // ½‖w − y‖² + λ‖w‖₁: w = soft(y, λ); d‖w‖²/dλ = −2 Σ|w|
        Tensor y = Tensor.From([3, -0.4, -1.5]);
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, _) => 0.5 * (w - y).Square().Sum());
        FixedPointMap<Tensor, Tensor> map = f.ProximalGradientMap(Rate, (w, h) => Proximal.SoftThreshold(w, Rate * h));
        Tensor slope = Diff.Grad(
            h => FixedPoint.Of(map.SolvedBy(FixedPoint.Iteration(1e-15)), Tensor.Zeros([3]), h, LinearSolver.FixedPoint(1e-15)).Square()
            .Sum(), Tensor.Scalar(0.5));

        Assert.Equal(-2 * (2.5 + 1.0), slope.ToScalar(), 1e-13);
    }

    [Fact]
    public void ProjectedOptimizer_StaysOnTheSimplex_AndFindsTheNearestPoint()
    {
        Tensor target = Tensor.From([0.9, 0.5, -1]);
        OptimizerState<Tensor> state = Optimizer.Sgd(0.3).Projected(x => Proximal.Simplex(x)).Start(Tensor.Full([3], 1.0 / 3));
        for (int t = 0; t < 60; t++)
        {
            state = state.Next(state.Parameters - target);
        }

        Assert.All(new[] { 0.7, 0.3, 0 }.Zip(state.Parameters.ToArray<double>()), both => Assert.Equal(both.First, both.Second, 1e-9));
    }

    [Fact]
    public void ProjectionOfAnotherShape_Throws_WithBoth()
    {
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(
            () => Optimizer.Adam().Projected(x => x.Sum()).Start(Tensor.Ones([3])).Next(Tensor.Ones([3])));

        Assert.Contains("made float64 [] of a leaf that is float64 [3]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NaN_StaysVisible()
    {
        Tensor x = Tensor.From([double.NaN, 0.3, -0.2]);

        Assert.True(double.IsNaN(Proximal.Box(x, 0, 1).Sum().ToScalar()));
        Assert.True(double.IsNaN(Proximal.NonNegative(x).Sum().ToScalar()));
        Assert.True(double.IsNaN(Proximal.Simplex(x).Sum().ToScalar()));
        Assert.True(double.IsNaN(Proximal.SoftThreshold(x, Tensor.Scalar(1)).Sum().ToScalar()));
        Assert.True(double.IsNaN(Proximal.SoftThreshold(Tensor.Ones([2]), Tensor.Scalar(double.NaN)).Sum().ToScalar()));
    }

    [Fact]
    public void WrongNumbers_Throw_AndNameThem()
    {
        Assert.Equal("low", Assert.Throws<ArgumentOutOfRangeException>(() => Proximal.Box(Tensor.Ones([2]), 1, 0)).ParamName);
        Assert.Equal("sum", Assert.Throws<ArgumentOutOfRangeException>(() => Proximal.Simplex(Tensor.Ones([2]), 0)).ParamName);
        Assert.Contains("a simplex has at least one", Assert.Throws<ShapeMismatchException>(() => Proximal.Simplex(Tensor.Scalar(1))).Message,
            StringComparison.Ordinal);
    }
}
