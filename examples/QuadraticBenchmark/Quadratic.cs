namespace QuadraticBenchmark;

/// <summary>
/// A random quadratic bilevel problem: <c>f = ½ wᵀA w + λᵀC w + aᵀw</c> with A between μ and L, and <c>F = ½ wᵀG w + wᵀE λ + ½ λᵀD λ + bᵀw + eᵀλ</c> with [G E;
/// Eᵀ D] ≻ 0. So w* = −A⁻¹(a + Cᵀλ), v = A⁻¹g and ∇ℓ = h − C v are known in closed form, and ℓ is strongly convex.
/// </summary>
internal sealed class Quadratic
{
    /// <summary>μ.</summary>
    public const double Convexity = 0.5;

    /// <summary>L.</summary>
    public const double Smoothness = 2;

    // components of the finite sums, for methods that need them
    private const int Components = 10;
    private const double Spread = 0.3;

    private readonly Tensor _a;
    private readonly Tensor _c;
    private readonly Tensor _innerSlope;
    private readonly Tensor _g;
    private readonly Tensor _e;
    private readonly Tensor _d;
    private readonly Tensor _stateSlope;
    private readonly Tensor _hyperSlope;

    private Quadratic(int states, int hypers, RandomKey key)
    {
        RandomKey[] keys = key.Split(8);
        (States, Hypers) = (states, hypers);
        _a = Definite(states, Convexity, Smoothness, keys[0]);
        Tensor c = keys[1].Normal([hypers, states]);
        _c = c / Linalg.SingularValues(c).Max();
        Tensor outer = Definite(states + hypers, Convexity, 1, keys[2]);
        (_g, _e, _d) = (outer[..states, ..states], outer[..states, states..], outer[states.., states..]);
        (_innerSlope, _stateSlope, _hyperSlope) = (keys[3].Normal([states]), keys[4].Normal([states]), keys[5].Normal([hypers]));
        (Start, Hyper) = (Tensor.Zeros([states]), keys[6].Normal([hypers]));
        Exact = Bilevel.Problem(Objective.From<Tensor, Tensor>(Inner, "f"), Objective.From<Tensor, Tensor>(Outer, "F"));

        // components that differ from f and F by slopes which sum to zero
        Tensor slopes = Spread * keys[7].Normal([Components, states]);
        slopes -= slopes.Mean(0);
        Sums = Bilevel.Problem(
            FiniteSum.From<Tensor, Tensor>(Components, (w, h, i) => Inner(w, h) + (slopes.TakeRows(i) * w).Sum(), "f"),
            FiniteSum.From<Tensor, Tensor>(Components, (w, h, i) => Outer(w, h) - (slopes.TakeRows(i) * w).Sum(), "F"));

        // ∇ℓ is affine in λ
        Tensor zero = Tensor.Zeros([hypers]);
        (Curvature, Constant) = (Diff.Jacobian(Gradient, zero), Gradient(zero));
    }

    /// <summary>d.</summary>
    public int States { get; }

    /// <summary>p.</summary>
    public int Hypers { get; }

    /// <summary>w₀.</summary>
    public Tensor Start { get; }

    /// <summary>λ₀.</summary>
    public Tensor Hyper { get; }

    /// <summary>f and F.</summary>
    public ObjectiveProblem<Tensor, Tensor> Exact { get; }

    /// <summary>The same as means of ten components.</summary>
    public FiniteSumProblem<Tensor, Tensor> Sums { get; }

    /// <summary>∇²ℓ.</summary>
    public Tensor Curvature { get; }

    private Tensor Constant { get; }

    /// <summary>A problem of these sizes.</summary>
    public static Quadratic Of(int states, int hypers, int seed) => new(states, hypers, RandomKey.FromSeed(seed));

    /// <summary>‖∇ℓ(λ)‖².</summary>
    public double SquaredGradient(Tensor hyper) => (Curvature.MatMul(hyper) + Constant).Square().Sum().ToScalar();

    /// <summary>∇_wf.</summary>
    public Tensor InnerStateGradient(Tensor w, Tensor h) => _a.MatMul(w) + h.MatMul(_c) + _innerSlope;

    /// <summary>∇_wF.</summary>
    public Tensor OuterStateGradient(Tensor w, Tensor h) => _g.MatMul(w) + _e.MatMul(h) + _stateSlope;

    /// <summary>∇_λF.</summary>
    public Tensor OuterHyperGradient(Tensor w, Tensor h) => w.MatMul(_e) + _d.MatMul(h) + _hyperSlope;

    /// <summary>w*.</summary>
    public Tensor Solution(Tensor h) => -Linalg.Solve(_a, _innerSlope + h.MatMul(_c));

    /// <summary>A u.</summary>
    public Tensor HessianProduct(Tensor u) => _a.MatMul(u);

    /// <summary>C u.</summary>
    public Tensor CrossProduct(Tensor u) => _c.MatMul(u);

    private Tensor Gradient(Tensor h)
    {
        Tensor w = Solution(h);
        return OuterHyperGradient(w, h) - CrossProduct(Linalg.Solve(_a, OuterStateGradient(w, h)));
    }

    private Tensor Inner(Tensor w, Tensor h) => (0.5 * w.MatMul(_a.MatMul(w))) + h.MatMul(_c.MatMul(w)) + _innerSlope.MatMul(w);

    private Tensor Outer(Tensor w, Tensor h) =>
        (0.5 * w.MatMul(_g.MatMul(w))) + w.MatMul(_e.MatMul(h)) + (0.5 * h.MatMul(_d.MatMul(h))) + _stateSlope.MatMul(w) + _hyperSlope.MatMul(h);

    /// <summary>A random symmetric matrix with eigenvalues evenly spread between two bounds.</summary>
    private static Tensor Definite(int size, double smallest, double largest, RandomKey key)
    {
        Tensor q = Linalg.Qr(key.Normal([size, size])).Q;
        Tensor spectrum = Tensor.From<double>(
            [.. Enumerable.Range(0, size).Select(i => size == 1 ? largest : smallest + ((largest - smallest) * i / (size - 1)))]);
        return (q * spectrum).MatMul(q.Transpose());
    }
}
