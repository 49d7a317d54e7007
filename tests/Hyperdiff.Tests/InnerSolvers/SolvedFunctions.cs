using Hyperdiff.Fixtures.Solvers;

namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>An inner solution as a function of λ, [2] → [2], by one solver.</summary>
/// <param name="Name">What solves it.</param>
/// <param name="Solver">The type of the solver.</param>
/// <param name="Of">λ ↦ w*(λ) by the adjoint that is given, the default if none is.</param>
public sealed record SolvedFunction(string Name, Type Solver, Func<Tensor, LinearSolver?, Tensor> Of)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Every inner solver, on problems whose solution is homogeneous in λ: w*(s λ) = s w*(λ). A new solver is a line here.</summary>
public static class SolvedFunctions
{
    private static readonly Tensor s_map = Tensor.From(new[,] { { 0.4, -0.3 }, { 0.2, 0.1 } });
    private static readonly Tensor s_hessian = Tensor.From(new double[,] { { 3, 1 }, { 1, 2 } });
    private static readonly FixedPointMap<Tensor, Tensor> s_contraction = FixedPointMap.From<Tensor, Tensor>((w, h) => s_map.MatMul(w) + h);
    private static readonly Objective<Tensor, Tensor> s_quadratic = Objective.From<Tensor, Tensor>(
        (w, h) => (0.5 * (w * s_hessian.MatMul(w)).Sum()) - (h * w).Sum());
    private static readonly RootCondition<Tensor, Tensor> s_condition = RootCondition.From<Tensor, Tensor>((w, h) => w - s_map.MatMul(w) - h);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SolvedFunction> All { get; } =
    [
        Map(FixedPoint.Iteration()),
        Map(FixedPoint.Damped(0.5)),
        Map(FixedPoint.Anderson()),
        Map(FixedPoint.Broyden()),
        Map(FixedPoint.InFloat32(FixedPoint.Iteration())),
        Minimum(Minimizer.NewtonCg()),
        Minimum(Minimizer.InFloat32(Minimizer.NewtonCg())),
        Minimum(Minimizer.Lbfgs()),
        Minimum(Minimizer.GradientDescent(StepSize.Fixed(0.4))),
        Minimum(Minimizer.GradientDescent(StepSize.Backtracking(), 1e-6)),
        Zero(s_condition.SolvedBy(Root.Newton()), typeof(NewtonKrylovSolver)),
        Zero(s_condition.SolvedBy((_, h) => Linalg.Solve(Tensor.Eye(2) - s_map, h)), typeof(BlackBoxSolver)),
        Map(OwnSolvers.Map()),
        Minimum(OwnSolvers.Minimum()),
        Zero(s_condition.SolvedBy(OwnSolvers.Zero()), OwnSolvers.Zero().GetType()),
        new("constrained minimum", typeof(NewtonKrylovSolver), (h, adjoint) => Constrained(h, adjoint)),
    ];

    private static SolvedFunction Map(FixedPointSolver by) =>
        new(by.Name, by.GetType(), (h, adjoint) => FixedPoint.Of(s_contraction.SolvedBy(by), Tensor.ZerosLike(h), h, adjoint));

    private static SolvedFunction Minimum(Minimizer by) =>
        new($"{by.Name}{(by is GradientDescentMinimizer descent ? $", {descent.StepSize.GetType().Name}" : string.Empty)}", by.GetType(), (h, adjoint) =>
            Argmin.Of(s_quadratic.MinimizedBy(by), Tensor.ZerosLike(h), h, adjoint));

    private static SolvedFunction Zero(RootFinding<Tensor, Tensor> finding, Type solver) =>
        new(finding.Method, solver, (h, adjoint) => Root.Of(finding, Tensor.ZerosLike(h), h, adjoint));

    private static Tensor Constrained(Tensor h, LinearSolver? adjoint)
    {
        ConstrainedObjective<Tensor, Tensor> problem = s_quadratic.SubjectTo(equalities: (w, g) => w[..1] - g[1..]);
        return Root.Of(problem.Kkt.SolvedBy(Root.Newton()), new KktPoint<Tensor>(Tensor.ZerosLike(h), Tensor.Zeros([1]), Tensor.Zeros([0])), h, adjoint).State;
    }
}
