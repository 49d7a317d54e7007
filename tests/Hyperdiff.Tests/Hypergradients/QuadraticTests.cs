namespace Hyperdiff.Tests.Hypergradients;

/// <summary>The affine map w ↦ A w + B λ + c with A ≠ Aᵀ: everything is known in closed form.</summary>
public sealed class QuadraticTests
{
    private static readonly Tensor s_a = Tensor.From(new double[,] { { 0.3, -0.4, 0.1 }, { 0.2, 0.1, -0.3 }, { 0.0, 0.5, 0.2 } });
    private static readonly Tensor s_b = Tensor.From(new double[,] { { 1, 2 }, { -1, 0.5 }, { 0.3, 0 } });
    private static readonly Tensor s_c = Tensor.From([0.5, -1.0, 2.0]);
    private static readonly Tensor s_target = Tensor.From([1.0, 1.0, -1.0]);
    private static readonly Tensor s_hyper = Tensor.From([0.7, -0.2]);

    private static readonly FixedPointMap<Tensor, Tensor> s_map =
        FixedPointMap.From<Tensor, Tensor>((w, h) => s_a.MatMul(w) + s_b.MatMul(h) + s_c);

    private static readonly Objective<Tensor, Tensor> s_outer =
        Objective.From<Tensor, Tensor>((w, h) => (0.5 * (w - s_target).Square().Sum()) + (0.1 * h.Square().Sum()));

    [Fact]
    public void Implicit_AgreesWithTheClosedForm()
    {
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient
            .Implicit(FixedPoint.Iterate(1e-14), LinearSolver.FixedPoint(1e-14))
            .Compute(Bilevel.Problem(s_map, s_outer), Tensor.Zeros([3]), s_hyper);

        Console.WriteLine(g);
        g.EnsureConverged();
        AssertClose(Exact(), g.Gradient, 1e-12);
    }

    [Fact]
    public void Reverse_OfEnoughSteps_AgreesWithTheClosedForm()
    {
        IterativeHypergradient<Tensor, Tensor> g = Hypergradient.Reverse(steps: 200).Compute(Bilevel.Problem(s_map, s_outer), Tensor.Zeros([3]), s_hyper);
        Console.WriteLine(g);
        AssertClose(Exact(), g.Gradient, 1e-12);
    }

    [Fact]
    public void Grad_ThroughTheFixedPoint_IsTheHypergradient()
    {
        Tensor gradient = Diff.Grad(h => s_outer.Evaluate(FixedPoint.Of(s_map, Tensor.Zeros([3]), h, FixedPoint.Iterate(1e-14), LinearSolver.FixedPoint(1e-14)), h), s_hyper);
        AssertClose(Exact(), gradient, 1e-12);
    }

    // ∇ℓ = h + Bᵀ (I − Aᵀ)⁻¹ (w* − target)
    private static Tensor Exact()
    {
        Tensor w = Inverse(s_a).MatMul(s_b.MatMul(s_hyper) + s_c);
        return (0.2 * s_hyper) + s_b.Transpose().MatMul(Inverse(s_a.Transpose()).MatMul(w - s_target));
    }

    // (I − M)⁻¹ as the Neumann series, summed until it no longer changes
    private static Tensor Inverse(Tensor m)
    {
        Tensor sum = Tensor.Eye(3);
        for (int i = 0; i < 200; i++)
        {
            sum = Tensor.Eye(3) + m.MatMul(sum);
        }

        return sum;
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance) =>
        Assert.True((expected - actual).Square().Sum().ToScalar() <= tolerance * tolerance * expected.Square().Sum().ToScalar(), $"{expected}\n{actual}");
}
