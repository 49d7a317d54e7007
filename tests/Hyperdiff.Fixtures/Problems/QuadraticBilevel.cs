using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Fixtures.Problems;

/// <summary>
/// A random quadratic bilevel problem, of which everything is known in closed form: <c>f = ½ wᵀA w + λᵀC w + aᵀw</c> and <c>F = ½ wᵀG w + wᵀE λ + ½ λᵀD λ + bᵀw
/// + eᵀλ</c>, with A ≻ 0 between μ and L, C rectangular, and [G E; Eᵀ D] ≻ 0, so that ℓ is strongly convex. So are the points at which biased methods end.
/// </summary>
public sealed class QuadraticBilevel
{
    /// <summary>μ.</summary>
    public const double Convexity = 0.5;

    /// <summary>L.</summary>
    public const double Smoothness = 2;

    private readonly Matrix<double> _a;
    private readonly Matrix<double> _c;
    private readonly Vector<double> _la;
    private readonly Matrix<double> _g;
    private readonly Matrix<double> _e;
    private readonly Matrix<double> _d;
    private readonly Vector<double> _lb;
    private readonly Vector<double> _le;

    private QuadraticBilevel(Random random, int states, int hypers)
    {
        _a = MatrixMaker.PositiveDefinite(random, states, Convexity, Smoothness);
        _c = MatrixMaker.Gaussian(random, hypers, states);
        _c /= _c.L2Norm();
        Matrix<double> outer = MatrixMaker.PositiveDefinite(random, states + hypers, 0.5, 1);
        _g = outer.SubMatrix(0, states, 0, states);
        _e = outer.SubMatrix(0, states, states, hypers);
        _d = outer.SubMatrix(states, hypers, states, hypers);
        (_la, _lb, _le) = (MatrixMaker.Gaussian(random, states), MatrixMaker.Gaussian(random, states), MatrixMaker.Gaussian(random, hypers));
        (Tensor a, Tensor c, Tensor la) = (Dense.Of(_a), Dense.Of(_c), Dense.Of(_la));
        (Tensor g, Tensor e, Tensor d, Tensor lb, Tensor le) = (Dense.Of(_g), Dense.Of(_e), Dense.Of(_d), Dense.Of(_lb), Dense.Of(_le));
        InnerValue = (w, h) => (0.5 * w.MatMul(a.MatMul(w))) + h.MatMul(c.MatMul(w)) + la.MatMul(w);
        OuterValue = (w, h) => (0.5 * w.MatMul(g.MatMul(w))) + w.MatMul(e.MatMul(h)) + (0.5 * h.MatMul(d.MatMul(h))) + lb.MatMul(w) + le.MatMul(h);
        Inner = Objective.From(InnerValue);
        Outer = Objective.From(OuterValue);
        (Start, Hyper) = (Tensor.Zeros([states]), Dense.Of(MatrixMaker.Gaussian(random, hypers)));
    }

    /// <summary>f as a function.</summary>
    public Func<Tensor, Tensor, Tensor> InnerValue { get; }

    /// <summary>F as a function.</summary>
    public Func<Tensor, Tensor, Tensor> OuterValue { get; }

    /// <summary>f.</summary>
    public Objective<Tensor, Tensor> Inner { get; }

    /// <summary>F.</summary>
    public Objective<Tensor, Tensor> Outer { get; }

    /// <summary>Both.</summary>
    public ObjectiveProblem<Tensor, Tensor> Problem => Bilevel.Problem(Inner, Outer);

    /// <summary>w₀.</summary>
    public Tensor Start { get; }

    /// <summary>λ₀.</summary>
    public Tensor Hyper { get; }

    /// <summary>What is known of it beforehand.</summary>
    public StrongConvexityBounds Bounds =>
        new() { Convexity = Convexity, Smoothness = Smoothness, StateGradientLipschitz = _g.L2Norm(), HyperJacobian = _c.L2Norm() };

    /// <summary>A problem of these sizes.</summary>
    public static QuadraticBilevel Of(int seed, int states = 5, int hypers = 3) => new(new Random(seed), states, hypers);

    /// <summary>w* at λ.</summary>
    public Vector<double> Solution(Vector<double> hyper) => -_a.Solve(_la + (_c.Transpose() * hyper));

    /// <summary>v = H⁻¹g at w* and λ.</summary>
    public Vector<double> Adjoint(Vector<double> hyper) => _a.Solve(OuterStateGradient(Solution(hyper), hyper));

    /// <summary>∇_wF.</summary>
    public Vector<double> OuterStateGradient(Vector<double> w, Vector<double> hyper) => (_g * w) + (_e * hyper) + _lb;

    /// <summary>∇_λF.</summary>
    public Vector<double> OuterHyperGradient(Vector<double> w, Vector<double> hyper) => (_e.Transpose() * w) + (_d * hyper) + _le;

    /// <summary>∇_wf.</summary>
    public Vector<double> InnerStateGradient(Vector<double> w, Vector<double> hyper) => (_a * w) + (_c.Transpose() * hyper) + _la;

    /// <summary>∇_λf.</summary>
    public Vector<double> InnerHyperGradient(Vector<double> w) => _c * w;

    /// <summary>C u: Bᵀu.</summary>
    public Vector<double> CrossProduct(Vector<double> u) => _c * u;

    /// <summary>A u: H u.</summary>
    public Vector<double> HessianProduct(Vector<double> u) => _a * u;

    /// <summary>∇ℓ(λ) = h − C A⁻¹ g.</summary>
    public Vector<double> Hypergradient(Vector<double> hyper) => OuterHyperGradient(Solution(hyper), hyper) - (_c * Adjoint(hyper));

    /// <summary>The λ at which ∇ℓ = 0.</summary>
    public Vector<double> Optimum() => Root(Vector<double>.Build.Dense(_d.RowCount), Hypergradient);

    /// <summary>The smallest curvature of ℓ: ‖λ − λ*‖ ≤ ‖∇ℓ‖/curvature.</summary>
    public double Curvature() => Slope(Vector<double>.Build.Dense(_d.RowCount), Hypergradient).Svd().S.Minimum();

    /// <summary>Where descents end whose H⁻¹g is the first N terms of the Neumann series with rate c.</summary>
    public Vector<double> WithSeries(int terms, double rate) => Root(Vector<double>.Build.Dense(_d.RowCount), hyper =>
    {
        Vector<double> w = Solution(hyper);
        (Vector<double> term, Vector<double> sum) = (OuterStateGradient(w, hyper), OuterStateGradient(w, hyper));
        for (int j = 1; j < terms; j++)
        {
            term -= rate * (_a * term);
            sum += term;
        }

        return OuterHyperGradient(w, hyper) - (rate * (_c * sum));
    });

    /// <summary>Where descents end on F + m (f − min f), as (w, λ).</summary>
    public (Vector<double> State, Vector<double> Hyper) WithPenalty(double m)
    {
        Vector<double> point = Root(Zero(2), x =>
        {
            (Vector<double> z, Vector<double> y, Vector<double> hyper) = (Part(x, 0), Part(x, 1), Part(x, 2));
            return Joined(InnerStateGradient(z, hyper), (OuterStateGradient(y, hyper) / m) + InnerStateGradient(y, hyper),
                OuterHyperGradient(y, hyper) + (m * (_c * (y - z))));
        });
        return (Part(point, 1), Part(point, 2));
    }

    /// <summary>Where descents end on F + m ‖∇_wf‖².</summary>
    public Vector<double> WithGradientPenalty(double m) => Part(
        Root(Zero(1), x =>
        {
            (Vector<double> w, Vector<double> hyper) = (Part(x, 0), Part(x, 1));
            Vector<double> slope = InnerStateGradient(w, hyper);
            return Joined(OuterStateGradient(w, hyper) + (2 * m * (_a * slope)), OuterHyperGradient(w, hyper) + (2 * m * (_c * slope)));
        }),
        1);

    /// <summary>Where descents end on F + c (f − min_θ (f(θ) + ½κ‖θ − w‖²)).</summary>
    public Vector<double> WithEnvelope(double c, double kappa) => Part(
        Root(Zero(2), x =>
        {
            (Vector<double> theta, Vector<double> w, Vector<double> hyper) = (Part(x, 0), Part(x, 1), Part(x, 2));
            return Joined(
                InnerStateGradient(theta, hyper) + (kappa * (theta - w)),
                (OuterStateGradient(w, hyper) / c) + InnerStateGradient(w, hyper) - (kappa * (w - theta)),
                (OuterHyperGradient(w, hyper) / c) + (_c * (w - theta)));
        }),
        2);

    /// <summary>Where descents end on F − τ ln(σ − (f − min f)): on F + m (f − min f) with m (σ − q) = τ.</summary>
    public Vector<double> WithBarrier(double barrier, double relaxation)
    {
        // m (σ − q(m)) grows with m: q falls
        (double low, double high) = (barrier / relaxation, 2 * barrier / relaxation);
        while (Excess(high) < 0)
        {
            high *= 2;
        }

        for (int i = 0; i < 200; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Excess(middle) < 0 ? (middle, high) : (low, middle);
        }

        return WithPenalty(high).Hyper;

        double Excess(double m)
        {
            (Vector<double> w, Vector<double> hyper) = WithPenalty(m);
            Vector<double> gap = w - Solution(hyper);
            return (m * (relaxation - (0.5 * (gap * (_a * gap))))) - barrier;
        }
    }

    /// <summary>Where descents end whose inner objective is α F + (1 − α) f.</summary>
    public Vector<double> WithMixture(double alpha)
    {
        Matrix<double> a = (alpha * _g) + ((1 - alpha) * _a);
        Matrix<double> c = (alpha * _e.Transpose()) + ((1 - alpha) * _c);
        return Part(
            Root(Zero(1), x =>
            {
                (Vector<double> w, Vector<double> hyper) = (Part(x, 0), Part(x, 1));
                return Joined(
                    (alpha * OuterStateGradient(w, hyper)) + ((1 - alpha) * InnerStateGradient(w, hyper)),
                    OuterHyperGradient(w, hyper) - (c * a.Solve(OuterStateGradient(w, hyper))));
            }),
            1);
    }

    private static Vector<double> Joined(params Vector<double>[] parts) => Vector<double>.Build.DenseOfEnumerable(parts.SelectMany(part => part));

    // the root of an affine function, from its values at the unit vectors
    private static Vector<double> Root(Vector<double> zero, Func<Vector<double>, Vector<double>> affine) => -Slope(zero, affine).Solve(affine(zero));

    private static Matrix<double> Slope(Vector<double> zero, Func<Vector<double>, Vector<double>> affine)
    {
        Vector<double> constant = affine(zero);
        return Matrix<double>.Build.DenseOfColumnVectors(
            Enumerable.Range(0, zero.Count).Select(i => affine(Vector<double>.Build.Dense(zero.Count, j => i == j ? 1 : 0)) - constant));
    }

    // several w and then λ
    private Vector<double> Zero(int states) => Vector<double>.Build.Dense((states * _a.RowCount) + _d.RowCount);

    private Vector<double> Part(Vector<double> joined, int index) =>
        joined.SubVector(index * _a.RowCount, (index + 1) * _a.RowCount <= joined.Count - _d.RowCount ? _a.RowCount : _d.RowCount);
}
