using Hyperdiff.Backends.Cpu;
using Hyperdiff.Graphs;

namespace Hyperdiff.Fixtures.Calls;

/// <summary>Every kind of public computation as a call that a service makes again and again: on small problems, with parameters that change from call to call
/// where a caller may change them.</summary>
/// <remarks>Inner problems are pure forms, whose graphs are kept, and lambdas, which are traced anew: what is kept of one must not grow with the
/// other.</remarks>
public static partial class PublicCalls
{
    private const int Size = 3;

    private static readonly Tensor s_w = Tensor.From([0.1, -0.2, 0.3]), s_h = Tensor.From([0.5, 1, -0.5]), s_target = Tensor.From([1.0, -1, 0.5]);
    private static readonly Tensor s_mix = Tensor.From(new double[,] { { 0.3, 0.1, 0 }, { -0.2, 0.2, 0.1 }, { 0, 0.2, -0.3 } });

    private static readonly StrongConvexityBounds s_convex = new()
    {
        Convexity = 1,
        Smoothness = 10,
        HyperJacobian = 1,
        JacobianLipschitz = 1,
        HyperJacobianLipschitz = 0,
        StateGradientLipschitz = 1,
        HyperGradientLipschitz = 0,
    };

    private static readonly ContractionBounds s_contraction = new()
    {
        Contraction = 0.9,
        HyperJacobian = 1,
        JacobianLipschitz = 1,
        HyperJacobianLipschitz = 0,
        StateGradientLipschitz = 1,
        HyperGradientLipschitz = 0,
    };

    /// <summary>The calls by name; each takes the number of the call.</summary>
    public static IReadOnlyList<(string Name, Action<int> Call)> All { get; } =
    [
        .. Of("pure", PureObjective(), PureMap(), PureOuter()),
        .. Of("lambda", Objective.From<Tensor, Tensor>(Inner), FixedPointMap.From<Tensor, Tensor>(Step), Objective.From<Tensor, Tensor>(Outer)),
        .. Of("pure under lambda", PureObjective(), PureMap(), Objective.From<Tensor, Tensor>(Outer)),
        .. Of("lambda under pure", Objective.From<Tensor, Tensor>(Inner), FixedPointMap.From<Tensor, Tensor>(Step), PureOuter()),
        .. Differentiation(),
        .. LinearSolves(),
        .. OfForms(),
        .. OfLoops(),
        .. OfStructures(),
        ("levels", _ => Levels()),
        ("threads", _ => Threads()),
        ("archive", _ => Archive()),
    ];

    /// <summary>f, strongly convex in w, and not quadratic.</summary>
    public static Tensor Inner(Tensor w, Tensor h) => ((w - h).Square().Sum() / 2) + (0.1 * w.Square().Square().Sum());

    /// <summary>Φ, a contraction whose Jacobian is not symmetric.</summary>
    public static Tensor Step(Tensor w, Tensor h) => s_mix.MatMul(w.Tanh()) + h;

    /// <summary>F.</summary>
    public static Tensor Outer(Tensor w, Tensor h) => ((w - s_target).Square().Sum() / 2) + (0.01 * h.Square().Sum());

    /// <summary>All that is done with problems, for one way to write them.</summary>
    public static IEnumerable<(string Name, Action<int> Call)> Of(string kind, Objective<Tensor, Tensor> f, FixedPointMap<Tensor, Tensor> map,
        Objective<Tensor, Tensor> outer) => Results(f, map, outer).Select(call => ($"{kind}: {call.Name}", (Action<int>)(i => call.Result(i))));

    /// <summary>The same with what they return, each under its bare name.</summary>
    public static IReadOnlyList<(string Name, Func<int, object?> Result)> Results(Objective<Tensor, Tensor> f, FixedPointMap<Tensor, Tensor> map,
        Objective<Tensor, Tensor> outer)
    {
        MinimizationProblem<Tensor, Tensor> minimum = Bilevel.Problem(f.MinimizedBy(Minimizer.NewtonCg()), outer);
        FixedPointProblem<Tensor, Tensor> fixedPoint = Bilevel.Problem(map, outer);
        RootFinding<Tensor, Tensor> finding = RootCondition.OfMap(map).SolvedBy(Root.Newton());
        Dynamics<Tensor, Tensor> dynamics = f.Unroll(Optimizer.Sgd(0.1, 0.5));
        UnrolledProblem<Tensor, Tensor> unrolled = Bilevel.Problem(dynamics, outer);
        ImplicitMethod implicitly = Hypergradient.Implicit();
        return
        [
            ("evaluate", i => outer.Evaluate(At(i), s_h)),
            ("gradient", i => f.Gradient(At(i), s_h)),
            ("Newton-CG", i => f.MinimizedBy(Minimizer.NewtonCg()).Solve(At(i), s_h)),
            ("L-BFGS", i => f.MinimizedBy(Minimizer.Lbfgs(2 + (i % 50))).Solve(At(i), s_h)),
            ("gradient descent", i => f.MinimizedBy(Minimizer.GradientDescent(StepSize.Backtracking(), tolerance: 1e-3)).Solve(At(i), s_h)),
            ("fixed point", i => map.SolvedBy(FixedPoint.Iteration()).Solve(At(i), s_h)),
            ("Anderson", i => map.SolvedBy(FixedPoint.Anderson(2 + (i % 50))).Solve(At(i), s_h)),
            ("Broyden", i => map.SolvedBy(FixedPoint.Broyden(2 + (i % 50))).Solve(At(i), s_h)),
            ("fixed point in float32", i => map.SolvedBy(FixedPoint.InFloat32(FixedPoint.Anderson(2 + (i % 50)))).Solve(At(i), s_h)),
            ("minimum in float32", i => f.MinimizedBy(Minimizer.InFloat32(Minimizer.Lbfgs(2 + (i % 50)))).Solve(At(i), s_h)),
            ("root", i => finding.Solve(At(i), s_h)),
            ("constrained", i => Hypergradient.Implicit().Compute(Bilevel.Problem(Constrained(f), outer), Constrained(f).Start(At(i), s_h), s_h)),
            ("implicit, minimum", i => implicitly.Compute(minimum, At(i), s_h)),
            ("implicit, fixed point", i => implicitly.Compute(fixedPoint, At(i), s_h)),
            ("implicit, root", i => implicitly.Compute(Bilevel.Problem(finding, outer), At(i), s_h)),
            ("implicit, GMRES", i => Hypergradient.Implicit(adjoint: LinearSolver.Gmres(2 + (i % 50))).Compute(fixedPoint, At(i), s_h)),
            ("implicit, Anderson", i => Hypergradient.Implicit(adjoint: LinearSolver.Anderson(2 + (i % 50))).Compute(fixedPoint, At(i), s_h)),
            ("phantom", i => Hypergradient.Phantom(1 + (i % 50), 0.9).Compute(fixedPoint, At(i), s_h)),
            ("estimate, minimum", i => implicitly.Compute(minimum, At(i), s_h).EstimateError()),
            ("estimate, fixed point", i => implicitly.Compute(fixedPoint, At(i), s_h).EstimateError(LinearSolver.Gmres())),
            ("certificate, minimum", i => implicitly.Compute(minimum, At(i), s_h).Certify(s_convex)),
            ("certificate, fixed point", i => implicitly.Compute(fixedPoint, At(i), s_h).Certify(s_contraction)),
            ("check", i => minimum.Check(At(i), s_h)),
            ("explain", i => fixedPoint.Explain(At(i), s_h)),
            ("reverse", i => Hypergradient.Reverse(1 + (i % 50)).Compute(fixedPoint, At(i), s_h)),
            ("reverse, checkpoints", i => Hypergradient.Reverse(20, checkpointing: Checkpointing.Every(1 + (i % 19))).Compute(fixedPoint, At(i), s_h)),
            ("forward", i => Hypergradient.Forward(1 + (i % 50)).Compute(fixedPoint, At(i), s_h)),
            ("unrolled", i => Hypergradient.Reverse(1 + (i % 50)).Compute(unrolled, At(i), s_h)),
            ("MAML", i => Hypergradient.FirstOrderMaml(3).Compute(unrolled, At(i), s_h)),
            ("DARTS", i => Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End, MixedProduct.CentralDifference(1e-3 * (1 + i)))
                .Compute(minimum, At(i), s_h)),
            ("stochastic", i => Hypergradient.Stochastic(Optimizer.Sgd(0.1), 5).Compute(minimum, At(i), s_h, new() { Key = RandomKey.FromSeed(1) })),
            ("zero order", i => Hypergradient.ZeroOrderResponse(2, 0.1).Compute(minimum, At(i), s_h, new() { Key = RandomKey.FromSeed(i) })),
            ("best response", i => BestResponse.At(f.MinimizedBy(Minimizer.NewtonCg()), s_h, At(i))),
            ("argmin as a value", i => Diff.Grad((Tensor h) => outer.Evaluate(Argmin.Of(f.MinimizedBy(Minimizer.NewtonCg()), s_w, h), h), At(i))),
            ("outer loop", i => (new HypergradientDescent(Optimizer.Sgd(0.1)) with { MaxSteps = 3 }).Minimize(minimum, s_w, At(i))),
            ("SOBA", i => (Descent.Soba(0.1, 0.1) with { MaxSteps = 3 }).Minimize(Bilevel.Problem(f, outer), s_w, At(i))),
            ("BOME", i => (Descent.Bome(0.1, 2, 0.1, 0.5) with { MaxSteps = 3 }).Minimize(Bilevel.Problem(f, outer), s_w, At(i))),
        ];
    }

    private static IEnumerable<(string Name, Action<int> Call)> Differentiation() =>
    [
        ("grad", i => Diff.Grad((Tensor x) => Inner(x, s_h), At(i))),
        ("Hvp", i => Diff.Hvp((Tensor x) => Inner(x, s_h), At(i), s_w)),
        ("Jacobian", i => Diff.Jacobian((Tensor x) => Step(x, s_h), At(i))),
        ("Hessian", i => Diff.Hessian((Tensor x) => Inner(x, s_h), At(i))),
        ("linearize", i => Diff.Linearize((Tensor x) => Step(x, s_h), At(i)).Vjp(s_w)),
        ("Vmap", i => Diff.Vmap((Tensor x) => Step(x, s_h))(Tensor.Zeros([1 + (i % 50), Size]))),
        ("iterate", i => Diff.Grad((Tensor x) => Loop.Iterate(1 + (i % 50), w => Step(w, s_h), x).Sum(), At(i))),
        ("while", i => Loop.While((Tensor x) => x.Norm() > 1e-3, x => 0.5 * x, At(i), 100)),
        ("checkpoint", i => Diff.Grad((Tensor x) => Diff.Checkpoint((Tensor w) => Step(w, s_h))(x).Sum(), At(i))),
        ("eager slices", i => Tensor.Zeros([100, 4]).Slice(1, 0, 2).Slice(0, i % 90, 100).Sum()),
        ("sum of squares", i => Tensor.Ones([1 + (i % 500)]).Norm()),
    ];

    private static IEnumerable<(string Name, Action<int> Call)> LinearSolves()
    {
        Tensor a = Tensor.From(new double[,] { { 4, 1, 0 }, { 1, 3, 1 }, { 0, 1, 2 } });
        var matrix = LinearOperator.From(v => a.MatMul(v), new TensorType(DType.Float64, [Size]));
        (string Name, Func<int, LinearSolver> Solver)[] solvers =
        [
            ("conjugate gradients", _ => LinearSolver.ConjugateGradient()),
            ("GMRES", i => LinearSolver.Gmres(1 + i)),
            ("BiCGStab", _ => LinearSolver.BiCgStab()),
            ("MINRES", _ => LinearSolver.Minres()),
            ("LSMR", _ => LinearSolver.Lsmr()),
            ("Anderson", i => LinearSolver.Anderson(1 + i)),
            ("Broyden", i => LinearSolver.Broyden(1 + i)),
            ("dense LU", _ => LinearSolver.DenseLu()),
            ("dense Cholesky", _ => LinearSolver.DenseCholesky()),
            ("descent", i => LinearSolver.Descent(0.2 + (1e-5 * i))),
            ("normal", _ => LinearSolver.Normal()),
            ("ridge", i => LinearSolver.Ridge(LinearSolver.ConjugateGradient(), 1 + (0.1 * i))),
            ("diagonal", i => LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(), Preconditioner.Diagonal(1 + i))),
            ("Nyström", i => LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(), Preconditioner.Nystrom(2 + i))),
            ("auto", i => LinearSolver.Auto(seed: i)),
            ("in float32", i => LinearSolver.InFloat32(LinearSolver.Gmres(1 + i))),
            ("dense, in float32", _ => LinearSolver.InFloat32(LinearSolver.DenseLu())),
            ("recycled", i => LinearSolver.Recycled(LinearSolver.Gmres(1 + i), 1 + (i % 3))),
            ("refined", i => LinearSolver.Refined(LinearSolver.ConjugateGradient(1e-2 / (1 + i)))),
            ("best iterate", i => LinearSolver.BestIterate(LinearSolver.Gmres(1 + i))),
            ("truncated", i => LinearSolver.Neumann(1 + i)),
            ("random truncation", i => LinearSolver.RandomTruncation(1 + i, 0.5, RandomKey.FromSeed(i))),
            ("own", i => LinearSolver.From("own", system =>
            {
                LeafVector x = system.Start;
                while (system.Continues(x))
                {
                    x += (0.2 + (1e-4 * i)) * (system.RightHandSide - (system.Matrix * x));
                }

                return system.Solution(x);
            })),
        ];
        return solvers.Select(one => ($"linear solver: {one.Name}", (Action<int>)(i => one.Solver(i % 100).Solve(matrix, [At(i)]))));
    }

    private static ConstrainedObjective<Tensor, Tensor> Constrained(Objective<Tensor, Tensor> f) => f.SubjectTo(equalities: (w, _) => w.Sum() - 1);

    private static ObjectiveForm<Tensor, Tensor, ValueTuple> ObjectiveForm(string name, Func<Tensor, Tensor, Tensor> function) =>
        new(name, (w, h, _) => function(w, h), Tree.Tensor, Tree.Tensor, Tree.Unit);

    private static Objective<Tensor, Tensor> PureObjective() => ObjectiveForm("Inner", Inner).Bind(default);

    private static Objective<Tensor, Tensor> PureOuter() => ObjectiveForm("Outer", Outer).Bind(default);

    private static FixedPointMap<Tensor, Tensor> PureMap() =>
        new MapForm<Tensor, Tensor, ValueTuple>("Step", (w, h, _) => Step(w, h), Tree.Tensor, Tree.Tensor, Tree.Unit).Bind(default);

    private static void Levels()
    {
        Level<Tensor> lower = Level.Of("lower", s_w), upper = Level.Of("upper", s_h);
        MultiLevel.Of(lower.Minimizes((w, at) => Inner(w, at.Parameters(upper))), upper.Minimizes((h, at) => Outer(at.Solution(lower), h))).Gradient(upper);
    }

    private static void Threads()
    {
        var large = Tensor.Ones([1 << 18]);
        TracedFunction traced = TracedFunction.Of(operands => [operands[0].Exp().Sum()], [large.Type]);
        traced.Graph.Run(CpuBackend.WithThreads(4), [large]);
    }

    private static void Archive()
    {
        using var stream = new MemoryStream();
        NumpyFile.WriteArchive(stream, [new("w", s_w), new("h", s_h)]);
        stream.Position = 0;
        NumpyFile.ReadArchive(stream);
    }

    private static Tensor At(int i) => s_h + (1e-6 * i);
}
