namespace Hyperdiff.Tests.Transforms;

/// <summary>Whole Jacobians, Hessians and Laplacians, in both modes.</summary>
public sealed class JacobianTests
{
    private static readonly Tensor s_point = Tensor.From(new[,] { { 0.5, -1.25, 2 }, { 0.75, 1, -0.5 } });

    // three numbers from six: f₀ = Σ x², f₁ = x₀₀ x₁₂, f₂ = 4
    private static Tensor Few(Tensor x) => Tensor.Stack(0, x.Square().Sum(), x[0, 0] * x[1, 2], Tensor.Scalar(4));

    [Fact]
    public void BothModes_AgreeWithTheClosedForm()
    {
        Tensor unit(int i, int j) => Tensor.From(new double[,] { { i == 0 && j == 0 ? 1 : 0, 0, 0 }, { 0, 0, i == 1 && j == 2 ? 1 : 0 } });
        Tensor expected = Tensor.Stack(0, 2 * s_point, (s_point[1, 2] * unit(0, 0)) + (s_point[0, 0] * unit(1, 2)), Tensor.Zeros([2, 3]));

        Assert.Equal(expected.ToArray<double>(), Diff.JacobianForward(Few, s_point).ToArray<double>());
        Assert.Equal(expected.ToArray<double>(), Diff.JacobianReverse(Few, s_point).ToArray<double>());
        Assert.Equal<Shape>([3, 2, 3], Diff.Jacobian(Few, s_point).Shape);
    }

    [Fact]
    public void Jacobian_OfAConstant_IsZero()
    {
        Assert.Equal(new double[12], Diff.JacobianForward(_ => Tensor.Ones([2]), s_point).ToArray<double>());
        Assert.Equal(new double[12], Diff.JacobianReverse(_ => Tensor.Ones([2]), s_point).ToArray<double>());
    }

    [Fact]
    public void Jacobian_OfAnEmptyTensor_IsEmpty()
    {
        Assert.Equal<Shape>([0, 0], Diff.Jacobian(x => x * 2, Tensor.Zeros([0])).Shape);
        Assert.Equal<Shape>([0, 3], Diff.Jacobian(x => x[..0], Tensor.Zeros([3])).Shape);
    }

    [Fact]
    public void Hessian_OfALinearFunction_IsZero() => Assert.Equal(new double[36], Diff.Hessian(x => (3 * x).Sum(), s_point).ToArray<double>());

    [Fact]
    public void Laplacian_IsTheTraceOfTheHessian()
    {
        // Δ Σ x³ = 6 Σ x, and Δ of a harmonic function is 0
        Assert.Equal(6 * s_point.Sum().ToScalar(), Diff.Laplacian(x => x.Pow(3).Sum(), s_point).ToScalar(), 1e-14 * 36);
        Assert.Equal(0, Diff.Laplacian(x => x[0, 0].Square() - x[1, 1].Square(), s_point).ToScalar());
    }

    [Fact]
    public void JacobianOfAJacobian_HasTheThirdDerivatives()
    {
        // ∂³(x³)/∂x³ on the diagonal
        Tensor x = Tensor.From([1.0, 2]);

        Assert.Equal([6, 0, 0, 0, 0, 0, 0, 6], Diff.JacobianReverse(v => Diff.Hessian(u => u.Pow(3).Sum(), v), x).ToArray<double>());
    }
}
