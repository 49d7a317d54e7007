using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>What is asked of an inner condition R at a state when the iteration itself does not show it: the rounding of R, and how far the solution is. Some
/// evaluations and products, at the end of a solve at most.</summary>
internal static class ConditionProbe
{
    private const double Accuracy = 0.1;
    private const int Products = 60;
    private const int Restart = 20;
    private const int Draws = 3;
    private const int Seed = 1;

    /// <summary>‖R_l‖ as rounding of its arguments alone makes it: the most that R changes when every number of w and θ changes by a unit in its last place,
    /// with random signs, in a few draws.</summary>
    public static double[] Rounding(InnerSolver solver, InnerProblem problem, Tensor[] state)
    {
        InnerProblem here = problem.At(state);
        Graph condition = solver.Condition(here);
        Tensor[] point = [.. state, .. here.Parameters];
        LeafVector value = condition.Call(point).Converged("A condition");
        var random = new Random(Seed);
        double[] most = new double[value.Leaves.Length];
        for (int draw = 0; draw < Draws; draw++)
        {
            double[] change = LeafNorms((value - condition.Call(RoundingLevel.Shaken(point, random)).Converged("A condition")).Leaves);
            most = [.. most.Zip(change, Math.Max)];
        }

        return most;
    }

    /// <summary>‖A⁻¹R‖ of each leaf, to a tenth: the first order of the error. Null if the system is not solved within some products.</summary>
    public static double[]? Correction(InnerSolver solver, InnerProblem problem, Tensor[] state, CancellationToken cancellation)
    {
        LinearMap map = Derivative(solver, problem, state);
        LinearSolution solution = LinearSolver.Gmres(Restart, Accuracy, maxIterations: Products).Solve(Operator(problem, map), map.Outputs, null, cancellation);
        return solution.Report.Converged ? Array.ConvertAll(LeafNorms(solution.Value), norm => norm / (1 - Accuracy)) : null;
    }

    /// <summary>∂R/∂w at a state, and R.</summary>
    public static LinearMap Derivative(InnerSolver solver, InnerProblem problem, Tensor[] state)
    {
        InnerProblem here = problem.At(state);
        return LinearMap.At(solver.Condition(here), [.. state, .. here.Parameters], here.Active);
    }

    /// <summary>Products with ∂R/∂w.</summary>
    public static LinearOperator Operator(InnerProblem problem, LinearMap map) =>
        new(OperatorGraph.Of(map.Linearized, problem.ActiveTypes), map.Residuals.ToArray());

    /// <summary>The norm of each leaf.</summary>
    public static double[] LeafNorms(Tensor[] leaves) => Array.ConvertAll(leaves, leaf => new LeafVector([leaf]).Norm().ToScalar());
}
