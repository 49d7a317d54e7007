using System.Collections.Immutable;
using System.Globalization;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A method for <c>c(w, λ) = 0</c>.</summary>
/// <remarks>
/// The residual is ‖c‖ at the state that is returned, computed from that state: what a method says of itself does not count. A condition may have one more
/// output, the margins of its choices: how far each is from the point where the condition has no derivative; for a constrained minimum max(|i|, |μ|) of every
/// inequality. A root with a margin of nothing is reported as <see cref="SolveStatus.Singular"/>, although it is a root, so that no derivative is taken there
/// unnoticed. A root finder of one's own derives from this, with its settings as a record's, and is used wherever ours are: docs/own-solvers.md.
/// </remarks>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
public abstract record RootSolver(Tolerance Tolerance) : InnerSolver
{
    // what the error of a state that is accurate to the tolerance, or to half of its digits, can make of a margin
    private const double Allowance = 100;

    /// <summary>The most evaluations of c and products with its Jacobian of one solve by a root finder of the user's: where it asks for more it is ended, as
    /// <see cref="SolveStatus.MaxIterations"/>.</summary>
    protected internal virtual long MaxEvaluations => 100_000;

    // only the conditions of a constrained minimum have margins
    internal sealed override SolverKind KindOn(InnerProblem problem) =>
        Kind == SolverKind.NewtonRoot && problem.Graph.Outputs.Length > problem.States ? SolverKind.ConstrainedMinimum : Kind;

    private protected sealed override InnerSolution SolveProblem(InnerProblem problem, Tensor[] start, SolveWatch watch)
    {
        var oracle = new ConditionOracle(problem, start, watch);
        InnerSolution found = Kind == SolverKind.GivenSolver ? oracle.Run(this) : Solve(oracle);
        return found.Report.Converged && problem.Graph.Outputs.Length > problem.States ? Judge(problem, found) : found;
    }

    /// <summary>A stationary point of a constrained objective is not a minimum where the Lagrangian curves downwards along a direction that the active
    /// constraints leave free.</summary>
    internal sealed override (SolveStatus Status, long Products, Func<double, double>? Slowest) Verify(ref ConditionProbe at, double error = 0) =>
        at.Problem.Graph.Outputs.Length > at.Problem.States
            && FreeCurvature.FindsNegative(at.Problem, ConditionProbe.Derivative(ref at).Matrix) is { Found: true } free
            ? (SolveStatus.NotAMinimum, free.Products, null)
            : (SolveStatus.Converged, 0, null);

    /// <summary>R = c, in the active leaves.</summary>
    internal sealed override Graph Condition(InnerProblem problem) => problem.Graph.Derive(new ConditionKey(problem.States, problem.Active), graph =>
        Simplification.Of(TracedFunction.Of(
            operands =>
            {
                Tensor[] residual = graph.Call(operands).Outputs;
                return [.. problem.Active.Items.Select(i => residual[i])];
            },
            [.. graph.Inputs.Select(input => input.Type)]).Graph));

    /// <summary>Finds a root: what a root finder of one's own writes. It is not called where the start is one already, or c is not finite there.</summary>
    /// <param name="c">The condition, with the start.</param>
    /// <returns>What <see cref="InnerOracle.Solution"/> or <see cref="InnerOracle.GiveUp"/> makes.</returns>
    protected internal abstract InnerSolution Solve(ConditionOracle c);

    /// <summary>c at a state, in the active leaves.</summary>
    internal LeafVector Residual(InnerProblem problem, Tensor[] state)
    {
        InnerProblem here = problem.At(state);
        return here.Call(Condition(here), state);
    }

    private static InnerSolution Judge(InnerProblem problem, InnerSolution found)
    {
        InnerProblem here = problem.At(found.State);
        Tensor margins = here.Call(Subgraph.Outputs(here.Graph, here.States..), found.State)[0];
        double threshold = Math.Max(Allowance * found.Report.Tolerance, Math.Sqrt(margins.DType.Epsilon()));
        if ((margins > threshold).All().IsTrue)
        {
            return found;
        }

        double[] numbers = margins.To(DType.Float64).ToArray<double>();
        ImmutableArray<string> notes =
        [
            .. numbers.Select((margin, i) => (Margin: margin, Index: i)).Where(choice => !(choice.Margin > threshold))
                .Select(choice => string.Create(CultureInfo.InvariantCulture,
                    $"the derivative of the solution does not exist here, or not to this accuracy: inequality {choice.Index} and its multiplier are both "
                        + $"within {choice.Margin:G3} of zero")),
        ];
        return found with { Report = found.Report with { Status = SolveStatus.Singular }, Notes = notes };
    }

    private readonly record struct ConditionKey(int States, Axes Active) : IDerivation<Graph>;
}
