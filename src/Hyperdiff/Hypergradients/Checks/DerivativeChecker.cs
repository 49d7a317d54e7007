using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Runs the comparisons of a <see cref="DerivativeCheck"/>.</summary>
/// <param name="function">Φ, f or c.</param>
/// <param name="outer">F.</param>
/// <param name="solver">Finds the inner solution, and gives the condition.</param>
/// <param name="again">Finds it again near by, accurately: what differences need.</param>
/// <param name="key">What directions are drawn from.</param>
internal sealed class DerivativeChecker(
    IBoundFunction function, IBoundFunction outer, InnerSolver solver, InnerSolver again, RandomKey key)
{
    private const string Condition = "inner condition";
    private const string Inner = "inner objective";
    private const string Outer = "outer objective";
    /// <summary>What ℓ is called there.</summary>
    public const string Total = "ℓ(λ)";
    private const int NullSpaceSeed = 2;
    private const double LargestStep = 0.1;

    // the sweep's own error is what its neighbours disagree by, an estimate; beyond a hundredth of the derivative it says nothing
    private const double Allowance = 10;
    private const double Useless = 0.01;

    private readonly List<CheckedDerivative> _lines = [];
    private int _draws;

    public DerivativeCheck Run(BilevelPoint start, CancellationToken cancellation)
    {
        start.Hyper.RequireActive("A check of derivatives");
        InnerSolution solution = Solve(solver, start, cancellation);
        BilevelPoint point = start.At(solution.State);
        if (solution.Report.Converged)
        {
            // differences are taken around a solution as accurate as theirs
            point = point.At(Solve(again, point, cancellation).State);
        }

        string where = solution.Report.Converged ? string.Empty
            : $"; the inner solve ended as {solution.Report.Status}, and the functions are compared where it did";

        Compare(Condition, point, at =>
        {
            var problem = InnerProblem.Of(function, at);
            return (solver.Condition(problem), [.. at.State.Tensors, .. problem.Parameters]);
        });
        if (solver is Minimizer)
        {
            Compare(Inner, point, at => Scalar(function, at));
        }

        Compare(Outer, point, at => Scalar(outer, at));
        if (solution.Report.Converged)
        {
            CompareTotal(point, cancellation);
        }

        return new DerivativeCheck([.. _lines], $"directions from {key}{where}");
    }

    private static (Graph Graph, Tensor[] Operands) Scalar(IBoundFunction objective, BilevelPoint point)
    {
        BoundGraph bound = objective.Bind(point.State, point.Hyper);
        return (Subgraph.Outputs(bound.Graph, ..1), bound.Operands(point.State.Tensors, point.Hyper.Tensors));
    }

    private InnerSolution Solve(InnerSolver by, BilevelPoint point, CancellationToken cancellation) =>
        by.Solve(InnerProblem.Of(function, point), point.State.Tensors, cancellation);

    /// <summary>A function by itself in every leaf, forwards and in reverse.</summary>
    private void Compare(string name, BilevelPoint point, Func<BilevelPoint, (Graph Graph, Tensor[] Operands)> bind)
    {
        (Graph graph, Tensor[] operands) = bind(point);
        int states = point.State.Leaves.Length;
        Axes active = point.Inputs;
        LinearMap map = LinearMap.At(graph, operands, active);
        SolveException.ThrowUnlessConverged(name, map.Reports);
        StoppedValues? stopped = StoppedValues.Has(graph) ? StoppedValues.Of(graph) : null;
        Tensor[] center = stopped?.At(operands) ?? [];
        Tensor[] cotangent = [.. map.Outputs.Select(output => Draw(output.Type))];
        Tensor[] gradient = map.ApplyTransposed(cotangent).Converged(name);
        for (int i = 0; i < active.Count; i++)
        {
            int leaf = active[i];
            Leaf moved = leaf < states ? point.State.Leaves[leaf] : point.Hyper.Leaves[leaf - states];
            Tensor direction = Direction(moved.Value);
            Tensor[] tangents = [.. active.Items.Select(input => Tensor.ZerosLike(operands[input]))];
            tangents[i] = direction;
            (Tensor?[] tangent, ImmutableArray<SolveReport> reports) = map.Apply(tangents);
            SolveException.ThrowUnlessConverged(name, reports);
            double forward = Dot([.. tangent.Select((part, output) => part ?? Tensor.ZerosLike(map.Outputs[output]))], cotangent);
            double reverse = Dot([gradient[i]], [direction]);
            (double difference, double error) = DifferenceSweep.At(
                step =>
                {
                    Tensor shifted = moved.Value + (step * direction);
                    if (stopped is not null)
                    {
                        return Dot(stopped.Held.Call([.. operands.Select((operand, j) => j == leaf ? shifted : operand), .. center])
                            .Converged(name), cotangent);
                    }

                    (Graph there, Tensor[] all) = bind(leaf < states
                        ? point.At([.. point.State.Tensors.Select((tensor, j) => j == leaf ? shifted : tensor)])
                        : point.With(point.Hyper.With([.. point.Hyper.Tensors.Select((tensor, j) => states + j == leaf ? shifted : tensor)])));
                    return Dot(there.Call(all).Converged(name), cotangent);
                },
                Largest(moved.Value));
            double magnitude = Math.Abs(Dot(map.Outputs, cotangent)) / Largest(moved.Value);
            Judge(name, moved, "forward", forward, (difference, error), magnitude);
            Judge(name, moved, "reverse", reverse, (difference, error), magnitude);
        }
    }

    /// <summary>ℓ(λ) in every leaf of λ, by all methods.</summary>
    private void CompareTotal(BilevelPoint point, CancellationToken cancellation)
    {
        var problem = InnerProblem.Of(function, point);
        ConditionDerivative condition = ConditionDerivative.At(solver, problem, point);
        OuterDerivative derivative = OuterDerivative.At(outer, point);
        LinearSolver linear = LinearSolver.Auto(Math.Max(1e-12, 100 * Epsilon(derivative.StateGradient)));
        LinearSolution adjoint = linear.Solve(condition.Adjoint, derivative.StateGradient, null, cancellation);
        if (NullSpaceProbe.Of(condition.Adjoint, NullSpaceSeed, cancellation).IsSingular == true)
        {
            _lines.Add(new CheckedDerivative(
                Total, "w", "implicit", double.NaN, double.NaN, double.NaN, CheckOutcome.Inconclusive,
                    "the adjoint system is singular, as a random right-hand side shows: the inner solution is not unique"));
        }

        Tensor[] indirect = condition.ToHyper(adjoint.Value);
        (Tensor[]? iterated, string notIterated) = Iterated(problem, point, condition, derivative, cancellation);
        Tensor[] leaves = point.Hyper.ActiveTensors;
        for (int i = 0; i < leaves.Length; i++)
        {
            int position = point.Hyper.Active[i];
            Leaf moved = point.Hyper.Leaves[position];
            Tensor direction = Direction(moved.Value);
            double direct = Dot([derivative.HyperGradient[i]], [direction]);
            (double difference, double error) = DifferenceSweep.At(
                step => Resolved(point, position, moved.Value + (step * direction), cancellation), Largest(moved.Value));
            double magnitude = Math.Abs(derivative.Value) / Largest(moved.Value);

            Tensor[] tangents = [.. leaves.Select((leaf, j) => j == i ? direction : Tensor.ZerosLike(leaf))];
            LinearSolution tangent = linear.Solve(condition.Adjoint.Transpose(), condition.FromHyper(tangents), null, cancellation);
            JudgeSolve(moved, "forward", direct + Dot(derivative.StateGradient, tangent.Value), tangent.Report, (difference, error), magnitude);
            JudgeSolve(moved, "implicit", direct + Dot([indirect[i]], [direction]), adjoint.Report, (difference, error), magnitude);
            if (iterated is not null)
            {
                Judge(Total, moved, "reverse", direct + Dot([iterated[i]], [direction]), (difference, error), magnitude);
            }
            else if (notIterated.Length > 0)
            {
                Skip(moved, "reverse", difference, notIterated);
            }
        }
    }

    /// <summary>The indirect part by going back through iterates at the fixed point, as many as it takes; null, with the reason, if that does not
    /// settle.</summary>
    private (Tensor[]? Indirect, string Reason) Iterated(
        InnerProblem problem, BilevelPoint point, ConditionDerivative condition, OuterDerivative derivative, CancellationToken cancellation)
    {
        if (solver is not FixedPointSolver)
        {
            return (null, string.Empty);
        }

        const double Settled = 1e-10;
        const int Most = 5000;
        SolveReport series = LinearSolver.FixedPoint(Math.Max(Settled, 100 * Epsilon(derivative.StateGradient)), maxIterations: Most)
            .Solve(condition.Adjoint, derivative.StateGradient, null, cancellation).Report;
        if (!series.Converged)
        {
            return (null, $"going back through the iterates does not settle: {series.Status} after {series.Iterations} steps");
        }

        // α ← Jᵀ α and ∇ += Pᵀ α, with the transposed Jacobian of Φ itself, not of the condition
        LinearMap map = LinearMap.At(Subgraph.Outputs(problem.Graph, ..problem.States), [.. point.State.Tensors, .. problem.Parameters], point.Inputs);
        LeafVector alpha = derivative.StateGradient;
        LeafVector indirect = LeafVector.Zeros(derivative.HyperGradient.Select(leaf => leaf.Type));
        for (int t = 0; t < series.Iterations; t++)
        {
            Tensor[] all = [.. map.Outputs.Select(Tensor.ZerosLike)];
            Tensor[] back = map.ApplyTransposed(problem.Replace(all, alpha.Leaves)).Converged("The check");
            alpha = back[..problem.Active.Count];
            indirect += back[problem.Active.Count..];
        }

        return (indirect.Leaves, string.Empty);
    }

    /// <summary>ℓ at other hyperparameters: NaN if the inner problem was not solved there.</summary>
    private double Resolved(BilevelPoint point, int leaf, Tensor value, CancellationToken cancellation)
    {
        BilevelPoint there = point.With(point.Hyper.With([.. point.Hyper.Tensors.Select((tensor, j) => j == leaf ? value : tensor)]));
        var problem = InnerProblem.Of(function, point);
        InnerSolution solution = StoppedValues.Has(problem.Graph)
            ? again.Solve(Moved(HeldProblem.Of(problem, point.State.Tensors, customRules: true), there.Hyper.Tensors), point.State.Tensors, cancellation)
            : Solve(again, there, cancellation);

        // at the limit of rounding a solver stagnates: that is as accurate as it gets, and the sweep sees the noise
        if (solution.Report.Status is not (SolveStatus.Converged or SolveStatus.Stagnated))
        {
            return double.NaN;
        }

        (Graph graph, Tensor[] operands) = Scalar(outer, there.At(solution.State));
        if (StoppedValues.Has(graph))
        {
            (Graph centered, Tensor[] center) = Scalar(outer, point);
            var stopped = StoppedValues.Of(centered);
            return stopped.Held.Call([.. operands, .. stopped.At(center)]).Converged(outer.Name)[0].ToScalar();
        }

        return graph.Call(operands).Converged(outer.Name)[0].ToScalar();
    }

    // λ comes first among the parameters
    private static InnerProblem Moved(InnerProblem problem, Tensor[] hyper) => problem with { Parameters = [.. hyper, .. problem.Parameters[hyper.Length..]] };

    private void JudgeSolve(Leaf leaf, string method, double value, SolveReport report, (double Value, double Error) difference, double magnitude)
    {
        if (report.Converged)
        {
            Judge(Total, leaf, method, value, difference, magnitude);
        }
        else
        {
            Skip(leaf, method, difference.Value, report.ToString());
        }
    }

    private void Judge(string name, Leaf leaf, string method, double value, (double Value, double Error) difference, double magnitude)
    {
        double noise = Allowance * difference.Error;
        double size = Math.Max(Math.Abs(value), Math.Abs(difference.Value));
        double floor = Math.Sqrt(leaf.Value.DType.Epsilon()) * (size + magnitude);
        double apart = Math.Abs(value - difference.Value);
        (CheckOutcome outcome, string note) = (apart, noise) switch
        {
            _ when !double.IsFinite(value) || !double.IsFinite(magnitude) => (CheckOutcome.Fail, "the function or its derivative is not finite here"),
            _ when double.IsNaN(difference.Value) =>
                (CheckOutcome.Inconclusive, "no two differences could be taken: the function is not finite, or the inner problem not solved, near this point"),
            _ when !(apart <= noise + floor) => (CheckOutcome.Fail, string.Empty),
            _ when noise > floor && noise > Useless * size =>
                (CheckOutcome.Inconclusive, "the differences are too inaccurate to tell: a kink, or an inner solve that is not accurate"),
            _ => (CheckOutcome.Pass, string.Empty),
        };
        _lines.Add(new CheckedDerivative(name, leaf.Name, method, value, difference.Value, noise + floor, outcome, note));
    }

    private void Skip(Leaf leaf, string method, double difference, string why) =>
        _lines.Add(new CheckedDerivative(Total, leaf.Name, method, double.NaN, difference, double.NaN, CheckOutcome.Skipped, why));

    /// <summary>A direction of unit norm, of the leaf's type.</summary>
    private Tensor Direction(Tensor leaf)
    {
        Tensor drawn = Draw(leaf.Type);
        double norm = Norm(drawn);
        return norm == 0 ? drawn : drawn / norm;
    }

    private Tensor Draw(TensorType type) => key.Fold(_draws++).Normal(type.Shape, type.DType);

    /// <summary>A tenth of the leaf's norm; a tenth, for a leaf of zeros.</summary>
    private static double Largest(Tensor leaf)
    {
        double norm = Norm(leaf);
        return LargestStep * (norm == 0 || !double.IsFinite(norm) ? 1 : norm);
    }

    private static double Epsilon(Tensor[] leaves) => leaves.CoarsestEpsilon();

    private static double Norm(Tensor leaf) => new LeafVector([leaf]).Magnitude();

    private static double Dot(Tensor[] left, Tensor[] right) => LeafVector.Dot(left, right).ToScalar();
}
