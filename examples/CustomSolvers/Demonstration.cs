using Hyperdiff.Testing;

namespace CustomSolvers;

/// <summary>One hypergradient by solvers of one's own: a ridge regression whose penalties are tuned, as a minimum, a fixed point and a root.</summary>
public static class Demonstration
{
    private static readonly Tolerance s_tolerance = new(1e-10, 0);

    /// <summary>The solvers and the preconditioner, with the laws that they obey.</summary>
    public static IEnumerable<LawReport> Laws()
    {
        yield return Hyperdiff.Testing.Laws.Of(new SorSolver(1.2, s_tolerance));
        yield return Hyperdiff.Testing.Laws.Of(new GaussSeidelPreconditioner());
        yield return Hyperdiff.Testing.Laws.Of(new AitkenIteration(s_tolerance));
        yield return Hyperdiff.Testing.Laws.Of(new NonlinearCg(s_tolerance));
        yield return Hyperdiff.Testing.Laws.Of(new QuasiNewtonRoot(s_tolerance));
    }

    /// <summary>The same hypergradient three times, each with its evidence.</summary>
    public static IEnumerable<ImplicitHypergradient<Tensor, Tensor>> Hypergradients()
    {
        Tensor x = Tensor.From(new double[,] { { 1, 0.3 }, { -1, 1.2 }, { 0.5, -0.7 }, { 2, 0.4 } }), y = Tensor.From([2.1, -1.7, 0.8, 4.2]);
        Tensor xVal = Tensor.From(new double[,] { { 1.5, -1 }, { -0.5, 0.8 }, { 0.2, 1.1 } }), yVal = Tensor.From([3.0, -1.0, 0.4]);
        Tensor Train(Tensor w, Tensor h) => (x.MatMul(w) - y).Square().Mean() + (h.Exp() * w.Square()).Sum();
        Tensor Slope(Tensor w, Tensor h) => Diff.Grad(at => Train(at, h), w);
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => (xVal.MatMul(w) - yVal).Square().Mean());
        Tensor start = Tensor.Zeros([2]), penalty = Tensor.Zeros([2]);

        var minimum = Objective.From<Tensor, Tensor>(Train).MinimizedBy(new NonlinearCg(s_tolerance));
        yield return Hypergradient.Implicit(new SorSolver(1.2, s_tolerance)).Compute(Bilevel.Problem(minimum, outer), start, penalty);

        var fixedPoint = FixedPointMap.From<Tensor, Tensor>((w, h) => w - (0.1 * Slope(w, h))).SolvedBy(new AitkenIteration(s_tolerance));
        LinearSolver sweeps = LinearSolver.Preconditioned(LinearSolver.Gmres(20, 1e-10), new GaussSeidelPreconditioner());
        yield return Hypergradient.Implicit(sweeps).Compute(Bilevel.Problem(fixedPoint, outer), start, penalty);

        var root = RootCondition.From<Tensor, Tensor>(Slope).SolvedBy(new QuasiNewtonRoot(s_tolerance));
        yield return Hypergradient.Implicit(sweeps).Compute(Bilevel.Problem(root, outer), start, penalty);
    }
}
