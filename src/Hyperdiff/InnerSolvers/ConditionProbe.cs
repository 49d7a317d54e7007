using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>An inner condition R at a state, and what is asked of it when the iteration itself does not show it: the rounding of R, and how far the solution
/// is. Some evaluations and products, at the end of a solve at most.</summary>
/// <param name="Solver">Gives R.</param>
/// <param name="Problem">The problem.</param>
/// <param name="State">All leaves of w.</param>
internal readonly record struct ConditionProbe(InnerSolver Solver, InnerProblem Problem, Tensor[] State)
{
    /// <summary>How accurately <see cref="Correction(LinearOperator, LeafVector, CancellationToken)"/> knows the error.</summary>
    public const double Accuracy = 0.1;

    // slow parts stand beneath fast ones: the smaller what is left, the more of them is seen
    public const double Aim = 1e-6;

    private const int Products = 100;
    private const int Restart = 20;
    private const int Draws = 3;
    private const int Seed = 1;

    /// <summary>R and its derivative at a state, where they are known already.</summary>
    public StateDerivative? Known { get; init; }

    /// <summary>‖R_l‖ as rounding of its arguments alone makes it: the most that R changes when every number of w and θ changes by a unit in its last place,
    /// with random signs, in a few draws.</summary>
    public double[] Rounding()
    {
        var random = new Random(Seed);
        double[] most = new double[Problem.Active.Count];
        for (int draw = 0; draw < Draws; draw++)
        {
            most = [.. most.Zip(LeafNorms(Shaken(random).Leaves), Math.Max)];
        }

        return most;
    }

    /// <summary>How R changes when every number of w and θ changes by a unit in its last place.</summary>
    private LeafVector Shaken(Random random)
    {
        InnerProblem here = Problem.At(State);
        Graph condition = Solver.Condition(here);
        Tensor[] point = [.. State, .. here.Parameters];
        return new LeafVector(condition.Call(point).EnsureConverged("A condition"))
            - condition.Call(RoundingLevel.Shaken(point, random)).EnsureConverged("A condition");
    }

    /// <summary>‖A⁻¹(R + δ)‖ of each leaf, where δ is as large as the rounding of R: the first order of the error, also where R is nothing but rounding, or
    /// rounded to zero. Null if the system is not solved within some products.</summary>
    public double[]? Correction(bool isMap, CancellationToken cancellation)
    {
        StateDerivative at = Derivative();
        LeafVector residual = at.Residual;
        LeafVector rounded = isMap ? WithRounding(residual, Problem.ActiveOf(State)) : residual + Shaken(new Random(Seed));
        return Correction(at.Matrix, rounded, cancellation);
    }

    /// <summary>‖A⁻¹R‖ of each leaf, for R with its rounding.</summary>
    public static double[]? Correction(LinearOperator matrix, LeafVector residual, CancellationToken cancellation)
    {
        LinearSolution solution = LinearSolver.Gmres(Restart, Aim, maxIterations: Products).Solve(matrix, residual.Leaves, null, cancellation);
        return solution.Report.Residual <= Accuracy / Aim * solution.Report.Tolerance
            ? Array.ConvertAll(LeafNorms(solution.Value), norm => norm / (1 - Accuracy))
            : null;
    }

    /// <summary>Whether the cache holds the vectors of a cycle of GMRES.</summary>
    public static bool HoldsBasis(LinearOperator matrix) => StackedVectors.FirstRows(Restart, matrix.InputTypes) >= Restart;

    /// <summary>A⁻¹R; null where it is not solved for within as many products as there were updates, or a hundred.</summary>
    /// <param name="solver">Gives R.</param>
    /// <param name="system">A and R.</param>
    /// <param name="limits">The norm of what may be left of R, and how many updates the solve made.</param>
    /// <param name="cancellation">Ends it.</param>
    public static (LeafVector Step, long Products)? Step(
        InnerSolver solver, (LinearOperator Matrix, LeafVector Residual) system, (double Left, int Updates) limits, CancellationToken cancellation)
    {
        (var tolerance, int most) = (new Tolerance(0, limits.Left), Math.Max(Products, limits.Updates));
        return Solved(solver is Minimizer ? new ConjugateGradientSolver(tolerance, most) : General(system.Matrix, tolerance, most), system, cancellation);
    }

    /// <summary>A⁻¹R for an A of no kind; null where it is not solved for within as many products as there were updates, or a hundred.</summary>
    public static (LeafVector Step, long Products)? Step(
        (LinearOperator Matrix, LeafVector Residual) system, (double Left, int Updates) limits, CancellationToken cancellation) =>
        Solved(General(system.Matrix, new Tolerance(0, limits.Left), Math.Max(Products, limits.Updates)), system, cancellation);

    // where a basis does not fit the cache, it costs several times what products with a network do
    private static LinearSolver General(LinearOperator matrix, Tolerance tolerance, int most) =>
        HoldsBasis(matrix) ? new GmresSolver(Restart, tolerance, most) : new BiCgStabSolver(tolerance, most);

    private static (LeafVector Step, long Products)? Solved(
        LinearSolver by, (LinearOperator Matrix, LeafVector Residual) system, CancellationToken cancellation)
    {
        LinearSolution solution = by.Solve(system.Matrix, system.Residual.Leaves, null, cancellation);
        return solution.Report.Converged ? (solution.Value, solution.Report.Products) : null;
    }

    /// <summary>The residual of a map, w − Φ(w), and what rounding to the elements of w may have hidden of it: half a unit in the last place of each, with
    /// random signs.</summary>
    public static LeafVector WithRounding(LeafVector residual, LeafVector state)
    {
        var random = new Random(Seed);
        return residual + state.Leaves.Select(leaf => RoundingLevel.Signs(leaf, random) * (leaf.DType.Epsilon() / 2) * leaf).ToArray();
    }

    /// <summary>R and ∂R/∂w at the state.</summary>
    public StateDerivative Derivative()
    {
        if (Known is { } known && ReferenceEquals(known.State, State))
        {
            return known;
        }

        InnerProblem here = Problem.At(State);
        return StateDerivative.Of(here, State, LinearMap.At(Solver.Condition(here), [.. State, .. here.Parameters], here.Active));
    }

    /// <summary>The same, kept for all who ask at this state.</summary>
    public static StateDerivative Derivative(ref ConditionProbe at)
    {
        StateDerivative derivative = at.Derivative();
        at = at with { Known = derivative };
        return derivative;
    }

    /// <summary>The norm of each leaf.</summary>
    public static double[] LeafNorms(Tensor[] leaves) => Readings.Norms(Array.ConvertAll(leaves, leaf => new LeafVector([leaf])));
}
