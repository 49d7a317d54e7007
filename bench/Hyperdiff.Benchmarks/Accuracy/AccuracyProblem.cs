using System.Globalization;
using Hyperdiff.Benchmarks.Jobs;
using Hyperdiff.Benchmarks.Peers;

namespace Hyperdiff.Benchmarks.Accuracy;

/// <summary>A problem whose hypergradient is computed to so many digits, at its inner solution or from a first state.</summary>
/// <param name="Name">Its name, on both sides.</param>
/// <param name="Shape">Unknowns, and what makes it hard.</param>
/// <param name="IsSymmetric">Whether J is symmetric.</param>
/// <param name="Unknowns">How many unknowns the adjoint system has.</param>
/// <param name="Compute">The hypergradient at the inner solution.</param>
/// <param name="ComputeCold">The same from the first state: the inner solver and its tolerance, and then that of the adjoint. Null if the solver is not for
/// this kind of problem, or if the problem is only taken at its solution.</param>
/// <param name="Exact">The numbers of the hypergradient, in <c>float64</c>, and the relative residual of the adjoint behind them.</param>
/// <param name="Write">Writes what a peer needs to a folder.</param>
internal sealed record AccuracyProblem(
    string Name, string Shape, bool IsSymmetric, int Unknowns, Func<LinearSolver, CancellationToken, AccuracyResult> Compute,
    Func<AccuracyInner, double, Func<LinearSolver, CancellationToken, AccuracyResult>?> ComputeCold, (double[] Gradient, double Residual) Exact,
    Action<string> Write)
{
    /// <summary>The tolerance that solvers of the reference are given, relative to the outer gradient.</summary>
    public const double Finest = 1e-14;

    /// <summary>A problem made from its parts in an element type.</summary>
    /// <param name="name">Its name, on both sides.</param>
    /// <param name="shape">Unknowns, and what makes it hard.</param>
    /// <param name="make">The parts in an element type.</param>
    /// <param name="state">Where the hypergradient is taken, in <c>float64</c>.</param>
    /// <param name="reference">What solves the adjoint system as exactly as <c>float64</c> permits, to <see cref="Finest"/>.</param>
    /// <param name="dtype">The element type in which it is timed.</param>
    public static AccuracyProblem Of<TState, THyper>(
        string name, string shape, Func<DType, AccuracyParts<TState, THyper>> make, Func<AccuracyParts<TState, THyper>, TState> state, LinearSolver reference,
        DType dtype)
    {
        AccuracyParts<TState, THyper> exact = make(DType.Float64), timed = make(dtype);
        TState at = state(exact);
        ImplicitHypergradient<TState, THyper> right = Hypergradient.Implicit(reference).Compute(exact.Given, at, exact.Hyper);
        Tensor[] numbers = [.. exact.StateLeaves(at).Select(leaf => leaf.To(dtype))];
        TState start = timed.State(numbers);
        return new AccuracyProblem(
            name,
            shape,
            timed.IsSymmetric,
            numbers.Sum(leaf => leaf.Count),
            (solver, cancellation) => Result(timed, timed.Given, start, solver, cancellation),
            (inner, tolerance) => timed.First.Length > 0 && timed.SolvedBy(inner, tolerance) is { } problem
                ? (solver, cancellation) => Result(timed, problem, timed.State(timed.First), solver, cancellation) : null,
            (PeerCall.Numbers(exact.HyperLeaves(right.Gradient)), Finest * right.AdjointReport.Residual / right.AdjointReport.Tolerance),
            folder => JobInput.Write(
                folder, [], [.. timed.Data, .. Named("w", numbers), .. Named("s", timed.First), .. Named("h", timed.HyperLeaves(timed.Hyper))]));
    }

    private static AccuracyResult Result<TState, THyper>(
        AccuracyParts<TState, THyper> parts, BilevelProblem<TState, THyper> problem, TState start, LinearSolver adjoint, CancellationToken cancellation)
    {
        ImplicitHypergradient<TState, THyper> result =
            Hypergradient.Implicit(adjoint).Compute(problem, start, parts.Hyper, new HypergradientOptions { Cancellation = cancellation });
        string Products(SolveReport report) => (report.Products + report.TransposedProducts).ToString(CultureInfo.InvariantCulture);
        return ReferenceEquals(problem, parts.Given)
            ? new AccuracyResult(parts.HyperLeaves(result.Gradient), result.AdjointReport.Converged, Products(result.AdjointReport))
            : new AccuracyResult(parts.HyperLeaves(result.Gradient), result.Converged, $"{result.InnerReport.Iterations} + {Products(result.AdjointReport)}");
    }

    /// <summary>‖result − exact‖ / ‖exact‖.</summary>
    public double Error(double[] result)
    {
        double difference = 0, size = 0;
        for (int i = 0; i < result.Length; i++)
        {
            difference += (result[i] - Exact.Gradient[i]) * (result[i] - Exact.Gradient[i]);
            size += Exact.Gradient[i] * Exact.Gradient[i];
        }

        return Math.Sqrt(difference / size);
    }

    private static IEnumerable<(string Name, Tensor Value)> Named(string name, Tensor[] tensors) => tensors.Select((tensor, i) => ($"{name}{i}", tensor));
}
