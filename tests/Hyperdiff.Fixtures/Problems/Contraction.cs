using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Fixtures.Problems;

/// <summary>
/// A random bilevel problem over a contraction whose Jacobians are known: <c>Φ(w, λ) = φ(A w + B λ + c)</c> with A ≠ Aᵀ and B rectangular, and the outer
/// objective of <see cref="CoupledOuter"/>.
/// </summary>
public sealed class Contraction
{
    private static readonly Tree<Tensor[]> s_data = Tree.Array(Tree.Tensor);

    // pure functions of their data, so that all problems of a shape share what is traced and compiled
    private static readonly MapForm<Tensor, Tensor, Tensor[]> s_affine = new("Affine", Affine, Tree.Tensor, Tree.Tensor, s_data);
    private static readonly MapForm<Tensor, Tensor, Tensor[]> s_saturating = new("Saturating", (w, h, d) => Affine(w, h, d).Tanh(), Tree.Tensor,
        Tree.Tensor, s_data);

    private readonly Matrix<double> _a;
    private readonly Matrix<double> _b;
    private readonly Vector<double> _c;
    private readonly CoupledOuter _outer;
    private readonly Vector<double> _lambda;
    private readonly bool _saturating;

    private Contraction(Random random, Matrix<double> a, int hypers, bool saturating)
    {
        int states = a.RowCount;
        _a = a;
        _saturating = saturating;
        _b = MatrixMaker.Gaussian(random, states, hypers);
        _c = MatrixMaker.Gaussian(random, states);
        _outer = new CoupledOuter(random, states, hypers);
        _lambda = MatrixMaker.Gaussian(random, hypers);
        Map = (saturating ? s_saturating : s_affine).Bind([Dense.Of(_a), Dense.Of(_b), Dense.Of(_c)]);
        Hyper = Dense.Of(_lambda);
        Start = Tensor.Zeros([states]);
    }

    /// <summary>Φ.</summary>
    public FixedPointMap<Tensor, Tensor> Map { get; }

    /// <summary>F.</summary>
    public Objective<Tensor, Tensor> Outer => _outer.Objective;

    /// <summary>λ.</summary>
    public Tensor Hyper { get; }

    /// <summary>w₀.</summary>
    public Tensor Start { get; }

    /// <summary>A tanh map with ‖A‖₂ = 0.8: a contraction in the Euclidean norm, and not an affine one.</summary>
    public static Contraction InNorm(int seed, int states, int hypers)
    {
        var random = new Random(seed);
        return new Contraction(random, MatrixMaker.WithNorm(random, states, 0.8), hypers, saturating: true);
    }

    /// <summary>An affine map with ρ(A) ≤ 0.7 and ‖A‖₂ ≥ 1.5: it contracts in the long run only.</summary>
    public static Contraction InSpectrum(int seed, int states, int hypers)
    {
        var random = new Random(seed);
        return new Contraction(random, MatrixMaker.NonNormal(random, states, 0.7, 1.5), hypers, saturating: false);
    }

    /// <summary>What is known of it beforehand, from the norms of its matrices and |tanh″| ≤ 4/(3√3).</summary>
    public ContractionBounds Bounds()
    {
        (double a, double b, double bend) = (_a.L2Norm(), _b.L2Norm(), _saturating ? 4 / (3 * Math.Sqrt(3)) : 0);
        return new ContractionBounds
        {
            Contraction = a,
            HyperJacobian = b,
            JacobianLipschitz = bend * a * a,
            HyperJacobianLipschitz = bend * a * b,
            StateGradientLipschitz = 1,
            HyperGradientLipschitz = _outer.HyperGradientLipschitz,
        };
    }

    /// <summary>J at a state: diag(φ′) A.</summary>
    public Matrix<double> StateJacobian(Vector<double> w) => Slope(w).PointwiseMultiplyRows(_a);

    /// <summary>P at a state: diag(φ′) B.</summary>
    public Matrix<double> HyperJacobian(Vector<double> w) => Slope(w).PointwiseMultiplyRows(_b);

    /// <summary>Φ(w, λ).</summary>
    public Vector<double> Step(Vector<double> w)
    {
        Vector<double> z = (_a * w) + (_b * _lambda) + _c;
        return _saturating ? z.Map(Math.Tanh) : z;
    }

    /// <summary>w*, by Newton's method with the dense Jacobian.</summary>
    public Vector<double> Solution()
    {
        Vector<double> w = Vector<double>.Build.Dense(_c.Count);
        for (int i = 0; i < 500; i++)
        {
            w = Step(w);
        }

        for (int i = 0; i < 5; i++)
        {
            w += Residual(w).Solve(Step(w) - w);
        }

        return w;
    }

    /// <summary>I − J at a state.</summary>
    public Matrix<double> Residual(Vector<double> w) => Matrix<double>.Build.DenseIdentity(w.Count) - StateJacobian(w);

    /// <summary>∇_wF.</summary>
    public Vector<double> OuterStateGradient(Vector<double> w) => _outer.StateGradient(w, _lambda);

    /// <summary>∇_λF.</summary>
    public Vector<double> OuterHyperGradient(Vector<double> w) => _outer.HyperGradient(w, _lambda);

    /// <summary>∇ℓ(λ) = h + Pᵀ (I − Jᵀ)⁻¹ g, by LU.</summary>
    public Vector<double> Hypergradient()
    {
        Vector<double> w = Solution();
        return OuterHyperGradient(w) + HyperJacobian(w).TransposeThisAndMultiply(Residual(w).Transpose().Solve(OuterStateGradient(w)));
    }

    /// <summary>The derivative of F(w_T(λ), λ) after T steps from zero, by the forward recursion Z ← J Z + P with dense matrices, started k steps before the
    /// end.</summary>
    public Vector<double> UnrolledHypergradient(int steps, int last)
    {
        Vector<double> w = Vector<double>.Build.Dense(_c.Count);
        Matrix<double> z = Matrix<double>.Build.Dense(_c.Count, _lambda.Count);
        for (int t = 0; t < steps; t++)
        {
            // Φ′ of tanh at w_t is 1 − Φ(w_t)², which StateJacobian takes at the image
            Vector<double> next = Step(w);
            z = t < steps - last ? z : (StateJacobian(next) * z) + HyperJacobian(next);
            w = next;
        }

        return OuterHyperGradient(w) + z.TransposeThisAndMultiply(OuterStateGradient(w));
    }

    /// <summary>The condition number of I − J at the solution.</summary>
    public double Condition() => Residual(Solution()).ConditionNumber();

    // φ′ in terms of the image φ: 1 − φ² for tanh; at a fixed point the image is the state
    private Vector<double> Slope(Vector<double> image) => _saturating ? image.Map(y => 1 - (y * y)) : image.Map(_ => 1.0);

    private static Tensor Affine(Tensor w, Tensor h, Tensor[] data) => data[0].MatMul(w) + data[1].MatMul(h) + data[2];
}
