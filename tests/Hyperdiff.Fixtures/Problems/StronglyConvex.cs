using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Fixtures.Problems;

/// <summary>
/// A random strongly convex problem with known derivatives: <c>f = ½ wᵀA w + σ Σ log cosh wᵢ − wᵀ B λ − cᵀw</c> with A between μ and L, and the
/// outer objective of <see cref="CoupledOuter"/>. Quadratic for σ = 0.
/// </summary>
public sealed class StronglyConvex
{
    private const double Convexity = 0.5;
    private const double Stiffness = 3;

    private static readonly Tree<Tensor[]> s_data = Tree.Array(Tree.Tensor);

    // a pure function of its data, so that all problems of a shape share what is traced and compiled; log cosh w = softplus(2w) − w − log 2
    private static readonly ObjectiveForm<Tensor, Tensor, Tensor[]> s_inner = new(
        "Inner",
        (w, h, d) => (0.5 * w.MatMul(d[0].MatMul(w))) + (d[3] * ((2 * w).Softplus() - w).Sum()) - w.MatMul(d[1].MatMul(h)) - d[2].MatMul(w),
        Tree.Tensor,
        Tree.Tensor,
        s_data);

    private readonly Matrix<double> _a;
    private readonly Matrix<double> _b;
    private readonly Vector<double> _c;
    private readonly CoupledOuter _outer;
    private readonly Vector<double> _lambda;
    private readonly double _sigma;

    private StronglyConvex(Random random, int states, int hypers, double sigma)
    {
        _sigma = sigma;
        _a = MatrixMaker.PositiveDefinite(random, states, Convexity, Stiffness);
        _b = MatrixMaker.Gaussian(random, states, hypers);
        _c = MatrixMaker.Gaussian(random, states);
        _outer = new CoupledOuter(random, states, hypers);
        _lambda = MatrixMaker.Gaussian(random, hypers);
        Inner = s_inner.Bind([Dense.Of(_a), Dense.Of(_b), Dense.Of(_c), Tensor.Scalar(sigma)]);
        Hyper = Dense.Of(_lambda);
        Start = Tensor.Zeros([states]);
    }

    /// <summary>L.</summary>
    public double Smoothness => Stiffness + _sigma;

    /// <summary>f.</summary>
    public Objective<Tensor, Tensor> Inner { get; }

    /// <summary>F.</summary>
    public Objective<Tensor, Tensor> Outer => _outer.Objective;

    /// <summary>λ.</summary>
    public Tensor Hyper { get; }

    /// <summary>w₀.</summary>
    public Tensor Start { get; }

    /// <summary>With log cosh, σ = 1.</summary>
    public static StronglyConvex Of(int seed, int states, int hypers) => new(new Random(seed), states, hypers, 1);

    /// <summary>A quadratic.</summary>
    public static StronglyConvex Quadratic(int seed, int states, int hypers) => new(new Random(seed), states, hypers, 0);

    /// <summary>What is known of it beforehand: |tanh″| ≤ 4/(3√3).</summary>
    public StrongConvexityBounds Bounds() => new()
    {
        Convexity = Convexity,
        Smoothness = Smoothness,
        HyperJacobian = _b.L2Norm(),
        JacobianLipschitz = _sigma * 4 / (3 * Math.Sqrt(3)),
        HyperJacobianLipschitz = 0,
        StateGradientLipschitz = 1,
        HyperGradientLipschitz = _outer.HyperGradientLipschitz,
    };

    /// <summary>w*, by Newton's method with the dense Hessian; σ ≤ 1 makes it converge from zero after damped steps.</summary>
    public Vector<double> Solution()
    {
        Vector<double> w = Vector<double>.Build.Dense(_c.Count);
        for (int i = 0; i < 100; i++)
        {
            w -= 0.5 * Hessian(w).Solve(Gradient(w));
        }

        for (int i = 0; i < 3; i++)
        {
            w -= Hessian(w).Solve(Gradient(w));
        }

        return w;
    }

    /// <summary>∇ℓ(λ) = h − Bᵀ H⁻¹ g with ∂(∇f)/∂λ = −B, by LU.</summary>
    public Vector<double> Hypergradient()
    {
        Vector<double> w = Solution();
        return _outer.HyperGradient(w, _lambda) + _b.TransposeThisAndMultiply(Hessian(w).Solve(_outer.StateGradient(w, _lambda)));
    }

    private Vector<double> Gradient(Vector<double> w) => (_a * w) + (_sigma * w.Map(Math.Tanh)) - (_b * _lambda) - _c;

    private Matrix<double> Hessian(Vector<double> w) =>
        _a + (_sigma * Matrix<double>.Build.DenseOfDiagonalVector(w.Map(x => 1 - (Math.Tanh(x) * Math.Tanh(x)))));
}
