using Hyperdiff.Fixtures.Problems;
using Hyperdiff.Fixtures.Solvers;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>The unit of an outer objective is the user's business: 2ᵏ F has 2ᵏ times the hypergradient, to the last bit, by every method; and that of the inner
/// one does not matter at all.</summary>
public sealed class ScaleLaws
{
    private const int States = 6;
    private const int Hypers = 4;

    private static readonly StronglyConvex s_problem = StronglyConvex.Of(11, States, Hypers);
    private static readonly Tensor s_a = Dense.Of(MatrixMaker.PositiveDefinite(new Random(1), States, 0.5, 2));
    private static readonly Tensor s_b = Dense.Of(MatrixMaker.Gaussian(new Random(2), States, Hypers));
    private static readonly Tensor s_t = Dense.Of(MatrixMaker.Gaussian(new Random(3), States));
    private static readonly Tensor s_u = Dense.Of(MatrixMaker.Gaussian(new Random(4), Hypers));

    private static readonly (string Name, Func<Setting, (Tensor Gradient, bool Converged)> Compute)[] s_methods =
    [
        .. new (string, Func<LinearSolver>)[]
        {
            ("conjugate gradients", () => LinearSolver.ConjugateGradient()),
            ("GMRES", () => LinearSolver.Gmres()),
            ("BiCGStab", () => LinearSolver.BiCgStab()),
            ("MINRES", () => LinearSolver.Minres()),
            ("LSMR", () => LinearSolver.Lsmr()),
            ("dense LU", () => LinearSolver.DenseLu()),
            ("dense Cholesky", () => LinearSolver.DenseCholesky()),
            ("normal equations", () => LinearSolver.Normal()),
            ("diagonal scaling", () => LinearSolver.Preconditioned(LinearSolver.ConjugateGradient())),
            ("refined", () => LinearSolver.Refined(LinearSolver.Gmres(20, 1e-2))),
            ("auto", () => LinearSolver.Auto()),
            ("best iterate", () => LinearSolver.BestIterate(LinearSolver.ConjugateGradient())),
            ("Nyström", () => LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(), Preconditioner.Nystrom(3))),
            ("recycled", () => LinearSolver.Recycled(LinearSolver.DenseLu())),
            ("in float32", () => LinearSolver.InFloat32(LinearSolver.Gmres())),
            ("own", () => OwnSolvers.Linear()),
        }.Select(
            item => (item.Item1, (Func<Setting, (Tensor, bool)>)(at => Of(Hypergradient.Implicit(adjoint: item.Item2()).Compute(at.Minimum, at.W, at.H))))),
        ("descent", at => Of(Hypergradient.Implicit(LinearSolver.Descent(at.Rate(0.4), 0.2)).Compute(at.Minimum, at.W, at.H))),
        ("ridge", at => Of(Hypergradient.Implicit(LinearSolver.Ridge(LinearSolver.Minres(), 0.1 / at.Rate(1))).Compute(at.Minimum, at.W, at.H))),
        ("series", at => Of(Hypergradient.Implicit(LinearSolver.Neumann(60)).Compute(at.Map, at.W, at.H))),
        ("damped series", at => Of(Hypergradient.Implicit(LinearSolver.Neumann(120, 0.5)).Compute(at.Map, at.W, at.H))),
        ("truncated series", at => Of(Hypergradient.Implicit(LinearSolver.RandomTruncation(40, 0.5, RandomKey.FromSeed(3))).Compute(at.Map, at.W, at.H))),
        ("root", at => Of(Hypergradient.Implicit().Compute(Bilevel.Problem(at.Condition.SolvedBy(Root.Newton()), at.Outer), at.W, at.H))),
        ("root by GMRES", at => Of(Hypergradient.Implicit().Compute(
            Bilevel.Problem(at.Condition.SolvedBy(Root.Newton(LinearSolver.Gmres(3))), at.Outer), at.W, at.H))),
        ("own root", at => Of(Hypergradient.Implicit().Compute(
            Bilevel.Problem(at.Condition.SolvedBy(OwnSolvers.Zero()), at.Outer), at.W, at.H))),
        ("constrained", at => Constrained(at)),
        ("damped iteration", at => Of(Hypergradient.Implicit().Compute(Bilevel.Problem(at.Descent.SolvedBy(FixedPoint.Damped(0.5)), at.Outer), at.W, at.H))),
        ("Anderson iteration", at => Of(Hypergradient.Implicit().Compute(Bilevel.Problem(at.Descent.SolvedBy(FixedPoint.Anderson()), at.Outer), at.W, at.H))),
        ("Broyden iteration", at => Of(Hypergradient.Implicit().Compute(Bilevel.Problem(at.Descent.SolvedBy(FixedPoint.Broyden()), at.Outer), at.W, at.H))),
        ("iteration in float32", at => Of(Hypergradient.Implicit().Compute(
            Bilevel.Problem(at.Descent.SolvedBy(FixedPoint.InFloat32(FixedPoint.Anderson())), at.Outer), at.W, at.H))),
        ("own iteration", at => Of(Hypergradient.Implicit().Compute(
            Bilevel.Problem(at.Descent.SolvedBy(OwnSolvers.Map()), at.Outer), at.W, at.H))),
        ("minimum in float32", at => Of(Hypergradient.Implicit().Compute(
            Bilevel.Problem(at.Inner.MinimizedBy(Minimizer.InFloat32(Minimizer.Lbfgs())), at.Outer), at.W, at.H))),
        ("own minimizer", at => Of(Hypergradient.Implicit().Compute(
            Bilevel.Problem(at.Inner.MinimizedBy(OwnSolvers.Minimum()), at.Outer), at.W, at.H))),
        ("L-BFGS", at => Of(Hypergradient.Implicit().Compute(Bilevel.Problem(at.Inner.MinimizedBy(Minimizer.Lbfgs()), at.Outer), at.W, at.H))),
        ("backtracking", at => Of(Hypergradient.Implicit().Compute(
            Bilevel.Problem(at.Inner.MinimizedBy(Minimizer.GradientDescent(StepSize.Backtracking(at.Rate(1)))), at.Outer), at.W, at.H))),
        ("fixed point", at => Of(Hypergradient.Implicit().Compute(at.Map, at.W, at.H))),
        ("Anderson", at => Of(Hypergradient.Implicit(adjoint: LinearSolver.Anderson()).Compute(at.Map, at.W, at.H))),
        ("Broyden", at => Of(Hypergradient.Implicit(adjoint: LinearSolver.Broyden()).Compute(at.Map, at.W, at.H))),
        ("phantom", at => Of(Hypergradient.Phantom(3, 0.5).Compute(at.Map, at.W, at.H))),
        ("reverse", at => Of(Hypergradient.Reverse(12).Compute(at.Map, at.W, at.H))),
        ("forward", at => Of(Hypergradient.Forward(12).Compute(at.Map, at.W, at.H))),
        ("DARTS, exact", at => Of(Hypergradient.Darts(0, StepDerivative.Scaled(at.Rate(0.5)), EvaluationPoint.End).Compute(at.Minimum, at.W, at.H))),
        ("DARTS, central", at =>
            Of(Hypergradient.Darts(0, StepDerivative.Scaled(at.Rate(0.5)), EvaluationPoint.End, MixedProduct.CentralDifference())
                .Compute(at.Minimum, at.W, at.H))),
        ("DARTS, adaptive", at =>
            Of(Hypergradient.Darts(0, StepDerivative.Scaled(at.Rate(0.5)), EvaluationPoint.End, MixedProduct.Adaptive()).Compute(at.Minimum, at.W, at.H))),
        ("stochastic", at => Of(Hypergradient.Stochastic(Optimizer.Sgd(at.Rate(0.2)), 30)
            .Compute(at.Minimum, at.W, at.H, new() { Key = RandomKey.FromSeed(1) }))),
        ("zero order", at =>
            (Hypergradient.ZeroOrder(4, 1e-2)
            .Compute(Bilevel.Problem((Tensor h) => at.Outer.Evaluate(at.W, h).ToScalar()), default, at.H, new() { Key = RandomKey.FromSeed(2) }).Gradient,
            true)),
        ("zero-order response", at => Of(Hypergradient.ZeroOrderResponse(4, 1e-2).Compute(at.Minimum, at.W, at.H, new() { Key = RandomKey.FromSeed(2) }))),
        ("Diff.Grad through Argmin.Of", at =>
            (Diff.Grad(h => at.Outer.Evaluate(Argmin.Of(at.Inner.MinimizedBy(Minimizer.NewtonCg(at.Tolerance)), at.W, h), h), at.H), true)),
        ("Diff.Grad through FixedPoint.Of", at => (
            Diff.Grad(h => at.Outer.Evaluate(FixedPoint.Of(at.Descent.SolvedBy(FixedPoint.Iteration(at.Tolerance)), at.W, h), h), at.H), true)),
    ];

    public static TheoryData<string, DType> Methods
    {
        get
        {
            var data = new TheoryData<string, DType>();
            foreach ((string name, _) in s_methods)
            {
                data.Add(name, DType.Float64);
                data.Add(name, DType.Float32);
            }

            return data;
        }
    }

    public static TheoryData<string> Names => [.. s_methods.Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void OuterObjectiveInAnotherUnit_GivesTheSameBits(string name, DType type)
    {
        Func<Setting, (Tensor Gradient, bool Converged)> compute = s_methods.Single(method => method.Name == name).Compute;
        (Tensor plain, bool converged) = compute(new Setting(type, 0));
        foreach (int k in type == DType.Float64 ? [-950, -540, -60, 60, 540, 950] : new[] { -95, -70, -30, 30, 70, 95 })
        {
            (Tensor scaled, bool same) = compute(new Setting(type, k));

            Assert.Equal(converged, same);
            Assert.Equal(Numbers(plain).Select(number => Math.ScaleB(number, k)), Numbers(scaled));
        }

        Assert.True(converged, name);
    }

    /// <summary>What a float64 problem computes in float32 within has the range of float32, which no tangent and no cotangent may leave.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void OuterObjectiveInAnotherUnit_GivesTheSameBits_WhereTheInnerProblemComputesInFloat32(string name)
    {
        Func<Setting, (Tensor Gradient, bool Converged)> compute = s_methods.Single(method => method.Name == name).Compute;
        (Tensor plain, bool converged) = compute(new Setting(DType.Float64, 0) { Within = DType.Float32 });
        foreach (int k in (int[])[-950, -540, -140, -100, -60, 60, 100, 140, 540, 950])
        {
            (Tensor scaled, bool same) = compute(new Setting(DType.Float64, k) { Within = DType.Float32 });

            Assert.True(converged == same, $"2^{k}: converged is {same}, not {converged}");
            Assert.Equal(Numbers(plain).Select(number => Math.ScaleB(number, k)), Numbers(scaled));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void InnerObjectiveInAnotherUnit_ChangesNothing(string name, DType type)
    {
        Func<Setting, (Tensor Gradient, bool Converged)> compute = s_methods.Single(method => method.Name == name).Compute;
        (Tensor plain, bool converged) = compute(new Setting(type, 0));

        // step sizes and ridges stay normal numbers
        bool narrow = type == DType.Float32 || name.EndsWith("in float32", StringComparison.Ordinal);
        foreach (int k in narrow ? [-90, -30, 30, 90] : new[] { -900, -540, -60, 60, 540, 900 })
        {
            (Tensor scaled, bool same) = compute(new Setting(type, 0, k));

            Assert.True(converged == same, $"2^{k}: converged is {same}, not {converged}");
            Assert.Equal(Numbers(plain), Numbers(scaled));
        }
    }

    [Fact]
    public void FiniteParts_AreFinite_HoweverLargeTheirNormIs()
    {
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => (0.5 * w.Square().Sum()) - (w * h).Sum());
        Tensor weights = Tensor.From([1.5e308, 1.5e308]);
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit().Compute(
            Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg()), Objective.From<Tensor, Tensor>((w, h) => (weights * h).Sum() + w.Sum())),
                Tensor.Zeros([2]), Tensor.From([1e-9, 1e-9]));

        Assert.True(g.Converged, g.ToString());
    }

    // f and its constraint in one unit, so that the multiplier has none
    private static (Tensor Gradient, bool Converged) Constrained(Setting at)
    {
        var constrained = at.Inner.SubjectTo(equalities: (w, _) => at.Unit * (w.Sum() - 1));
        var result = Hypergradient.Implicit().Compute(Bilevel.Problem(constrained, at.Outer), constrained.Start(at.W, at.H), at.H);
        return (result.Gradient, result.Converged);
    }

    private static (Tensor Gradient, bool Converged) Of(HypergradientResult<Tensor, Tensor> result) => (result.Gradient, result.Converged);

    private static double[] Numbers(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();

    private sealed record Setting(DType Type, int K, int InnerK = 0)
    {
        /// <summary>In what the inner problem computes, if that is not in what w and λ are.</summary>
        public DType? Within { get; init; }

        /// <summary>What a gradient, which has nowhere to put a status, may ask for.</summary>
        public double? Tolerance => Within is null ? null : 1e-5;

        private DType Computed => Within ?? Type;

        /// <summary>A step size, in the inverse unit of f.</summary>
        public double Rate(double plain) => Math.ScaleB(plain, -InnerK);

        /// <summary>The unit of f.</summary>
        public Tensor Unit => Tensor.Full(Shape.Scalar, Math.ScaleB(1, InnerK), Type);

        private Tensor Scale => Tensor.Full(Shape.Scalar, Math.ScaleB(1, K), Type);

        public Tensor W => Tensor.Zeros([States], Type);

        public Tensor H => s_problem.Hyper.To(Type);

        public Objective<Tensor, Tensor> Inner
        {
            get
            {
                (Tensor a, Tensor b, Tensor unit) = (s_a.To(Computed), s_b.To(Computed), Unit);
                Tensor Value(Tensor w, Tensor h) => (0.5 * w.MatMul(a.MatMul(w))) + (0.1 * w.Square().Square().Sum()) - w.MatMul(b.MatMul(h.Sin()));
                return Objective.From<Tensor, Tensor>((w, h) => unit * Value(w.To(Computed), h.To(Computed)).To(Type));
            }
        }

        public Objective<Tensor, Tensor> Outer
        {
            get
            {
                (Tensor t, Tensor u, Tensor scale) = (s_t.To(Type), s_u.To(Type), Scale);
                return Objective.From<Tensor, Tensor>((w, h) => scale * ((0.5 * (w - t).Square().Sum()) + (w.Sum() * u.MatMul(h)) + (0.05 * h.Square().Sum())));
            }
        }

        public FixedPointMap<Tensor, Tensor> Descent => Inner.GradientDescentMap(Rate(0.4));

        /// <summary>Not the gradient of anything.</summary>
        public RootCondition<Tensor, Tensor> Condition
        {
            get
            {
                (Tensor a, Tensor b, Tensor unit) = (s_a.To(Computed), s_b.To(Computed), Unit);
                Tensor Value(Tensor w, Tensor h) => a.MatMul(w) + (0.1 * w.Square() * w.Sum()) - b.MatMul(h.Sin());
                return RootCondition.From<Tensor, Tensor>((w, h) => unit * Value(w.To(Computed), h.To(Computed)).To(Type));
            }
        }

        public MinimizationProblem<Tensor, Tensor> Minimum => Bilevel.Problem(Inner.MinimizedBy(Minimizer.NewtonCg()), Outer);

        public FixedPointProblem<Tensor, Tensor> Map => Bilevel.Problem(Inner.GradientDescentMap(Rate(0.4)), Outer);
    }
}
