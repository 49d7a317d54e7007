using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>ℓ(λ) as a whole: its derivative in every leaf of λ, by every method that the problem has, against differences of ℓ with the inner problem solved
/// again.</summary>
internal sealed class HypergradientCheck
{
    /// <summary>What ℓ is called in the lines.</summary>
    public const string Function = "ℓ(λ)";

    private const int NullSpaceSeed = 2;

    // a solve that nothing else limits is asked for so much, and for no more than its arithmetic holds
    private const double AdjointTolerance = 1e-12;
    private const double SettledIterates = 1e-10;
    private const double RoundingUnits = 100;
    private const int MostIterates = 5000;

    private readonly CheckedProblem _problem;
    private readonly BilevelPoint _point;
    private readonly CancellationToken _cancellation;
    private readonly InnerProblem _inner;
    private readonly ConditionDerivative _condition;
    private readonly OuterDerivative _outer;

    private HypergradientCheck(CheckedProblem problem, BilevelPoint point, CancellationToken cancellation)
    {
        (_problem, _point, _cancellation) = (problem, point, cancellation);
        _inner = InnerProblem.Of(problem.Function, point);
        _condition = ConditionDerivative.At(problem.Solver, _inner, point);
        _outer = OuterDerivative.At(problem.Outer, point);
    }

    private double Rounding => RoundingUnits * _outer.StateGradient.CoarsestEpsilon();

    /// <summary>Adds the lines of ℓ.</summary>
    /// <param name="problem">What is checked.</param>
    /// <param name="point">w*, as accurate as differences need it, and λ.</param>
    /// <param name="lines">Where the lines go, with what derivatives are compared along.</param>
    /// <param name="cancellation">Ends the solves.</param>
    public static void Run(CheckedProblem problem, BilevelPoint point, CheckLines lines, CancellationToken cancellation) =>
        new HypergradientCheck(problem, point, cancellation).Run(lines);

    private void Run(CheckLines lines)
    {
        var linear = LinearSolver.Auto(Math.Max(AdjointTolerance, Rounding));
        LinearSolution adjoint = linear.Solve(_condition.Adjoint, _outer.StateGradient, null, _cancellation);
        if (NullSpaceProbe.Of(_condition.Adjoint, NullSpaceSeed, _cancellation).IsSingular == true)
        {
            lines.Undecided(
                Function, "w", "implicit", "the adjoint system is singular, as a random right-hand side shows: the inner solution is not unique");
        }

        Tensor[] indirect = _condition.ToHyper(adjoint.Value);
        (Tensor[]? iterated, string notIterated) = ThroughIterates();
        Tensor[] leaves = _point.Hyper.ActiveTensors;
        for (int i = 0; i < leaves.Length; i++)
        {
            int position = _point.Hyper.Active[i];
            Leaf moved = _point.Hyper.Leaves[position];
            Tensor direction = lines.Directions.Seen(moved.Value, _outer.HyperGradient[i] + indirect[i], _outer.Value);
            double direct = Dot([_outer.HyperGradient[i]], [direction]);
            var difference = LeafDifference.Of(Function, moved, _outer.Value, step => Resolved(position, moved.Value + (step * direction)));

            Tensor[] tangents = [.. leaves.Select((leaf, j) => j == i ? direction : Tensor.ZerosLike(leaf))];
            LinearSolution tangent = linear.Solve(_condition.Adjoint.Transpose(), _condition.FromHyper(tangents), null, _cancellation);
            lines.JudgeSolve(difference, "forward", direct + Dot(_outer.StateGradient, tangent.Value), tangent.Report);
            lines.JudgeSolve(difference, "implicit", direct + Dot([indirect[i]], [direction]), adjoint.Report);
            if (iterated is not null)
            {
                lines.Judge(difference, "reverse", direct + Dot([iterated[i]], [direction]));
            }
            else if (notIterated.Length > 0)
            {
                lines.Skip(difference, "reverse", notIterated);
            }
        }
    }

    // the indirect part by going back through iterates at the fixed point, as many as it takes; null, with the reason, if that does not settle
    private (Tensor[]? Indirect, string Reason) ThroughIterates()
    {
        if (_problem.Solver is not FixedPointSolver)
        {
            return (null, string.Empty);
        }

        SolveReport series = LinearSolver.FixedPoint(Math.Max(SettledIterates, Rounding), maxIterations: MostIterates)
            .Solve(_condition.Adjoint, _outer.StateGradient, null, _cancellation).Report;
        if (!series.Converged)
        {
            return (null, $"going back through the iterates does not settle: {series.Status} after {series.Iterations} steps");
        }

        // α ← Jᵀ α and ∇ += Pᵀ α, with the transposed Jacobian of Φ itself, not of the condition
        LinearMap map = LinearMap.At(Subgraph.Outputs(_inner.Graph, .._inner.States), [.. _point.State.Tensors, .. _inner.Parameters], _point.Inputs);
        LeafVector alpha = _outer.StateGradient;
        LeafVector indirect = LeafVector.Zeros(_outer.HyperGradient.Select(leaf => leaf.Type));
        for (int t = 0; t < series.Iterations; t++)
        {
            Tensor[] all = [.. map.Outputs.Select(Tensor.ZerosLike)];
            Tensor[] back = map.ApplyTransposed(_inner.Replace(all, alpha.Leaves)).EnsureConverged("The check");
            alpha = back[.._inner.Active.Count];
            indirect += back[_inner.Active.Count..];
        }

        return (indirect.Leaves, string.Empty);
    }

    // ℓ at other hyperparameters: NaN if the inner problem was not solved there
    private double Resolved(int leaf, Tensor value)
    {
        BilevelPoint there = _point.With(_point.Hyper.With([.. _point.Hyper.Tensors.Select((tensor, j) => j == leaf ? value : tensor)]));
        InnerSolution solution = StoppedValues.Has(_inner.Graph)
            ? _problem.Again.Solve(Held(there.Hyper.Tensors), _point.State.Tensors, _cancellation)
            : _problem.Solve(_problem.Again, there, _cancellation);

        // at the limit of rounding a solver stagnates: that is as accurate as it gets, and the sweep sees the noise
        if (solution.Report.Status is not (SolveStatus.Converged or SolveStatus.Stagnated))
        {
            return double.NaN;
        }

        (Graph graph, Tensor[] operands) = CheckedProblem.Scalar(_problem.Outer, there.At(solution.State));
        string name = _problem.Outer.Name;
        if (StoppedValues.Has(graph))
        {
            (Graph centered, Tensor[] center) = CheckedProblem.Scalar(_problem.Outer, _point);
            var stopped = StoppedValues.Of(centered);
            return stopped.Held.Call([.. operands, .. stopped.At(center)]).EnsureConverged(name)[0].ToScalar();
        }

        return graph.Call(operands).EnsureConverged(name)[0].ToScalar();
    }

    // the inner problem at other hyperparameters, which come first among its parameters, with what it stops the gradient of as at the point
    private InnerProblem Held(Tensor[] hyper)
    {
        InnerProblem held = HeldProblem.Of(_inner, _point.State.Tensors, customRules: true);
        return held with { Parameters = [.. hyper, .. held.Parameters[hyper.Length..]] };
    }

    private static double Dot(Tensor[] left, Tensor[] right) => LeafVector.Dot(left, right).Total().ToScalar();
}
