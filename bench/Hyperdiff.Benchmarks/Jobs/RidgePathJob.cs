namespace Hyperdiff.Benchmarks.Jobs;

/// <summary>A ridge regression along a path of penalties, in the basis of the eigenvectors of <c>XᵀX/n</c>, where its solution is a quotient.</summary>
public static partial class RidgePath
{
    // a solution in closed form is a map that does not read its state: its Jacobian is zero, so that one update is exact there, and one back
    [FixedPointMap]
    public static Tensor Solution(Tensor u, Tensor logPenalty, Tensor eigenvalues, Tensor moments) => (0 * u) + (moments / (eigenvalues + logPenalty.Exp()));

    [OuterObjective]
    public static Tensor Validate(Tensor u, Tensor logPenalty, Tensor gram, Tensor moments, double squares) =>
        (0.5 * (u.Dot(gram.MatMul(u)) + squares)) - moments.Dot(u);

    internal static double Run(JobInput given, JobClock clock)
    {
        (Tensor x, Tensor y, Tensor xv, Tensor yv) = (given.Tensor("x"), given.Tensor("y"), given.Tensor("xv"), given.Tensor("yv"));
        (Tensor eigenvalues, Tensor basis) = Linalg.Eigh(x.Transpose().MatMul(x) / x.Shape[0]);
        Tensor back = basis.Transpose(), gram = back.MatMul(xv.Transpose().MatMul(xv) / yv.Count).MatMul(basis);
        var problem = Bilevel.Problem(
            SolutionMap(eigenvalues, back.MatMul(x.Transpose().MatMul(y) / y.Count)).SolvedBy(FixedPoint.Iteration()),
            ValidateObjective(gram, back.MatMul(xv.Transpose().MatMul(yv) / yv.Count), yv.Square().Mean().ToScalar()));
        ImplicitMethod method = Hypergradient.Implicit(adjoint: LinearSolver.FixedPoint());
        double slopes = 0;
        foreach (double penalty in given.Tensor("path").ToArray<double>())
        {
            var g = method.Compute(problem, Tensor.Zeros([x.Shape[1]]), Tensor.Scalar(penalty));
            g.EnsureConverged();
            slopes += Math.Abs(g.Gradient.ToScalar());
            clock.Step(g.Value);
        }

        return slopes;
    }
}
