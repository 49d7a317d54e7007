namespace Hyperdiff;

/// <summary>An objective f at fixed hyperparameters, as a minimizer sees it: what it is at a state, and whether a state is a minimum.</summary>
/// <remarks>
/// A minimizer of one's own asks for values, gradients and products with the Hessian, tells of its iterates while it is to go on, and returns the last:
/// <code>
/// while (f.Continues(w))
/// {
///     w = …;
/// }
///
/// return f.Solution(w);
/// </code>
/// Vectors are the leaves of the state that are differentiated. Evaluations and products are counted; the error of what is returned is estimated as for our own
/// minimizers, and its curvature looked at.
/// </remarks>
public sealed class ObjectiveOracle : InnerOracle
{
    internal ObjectiveOracle(InnerProblem problem, Tensor[] start, SolveWatch watch)
        : base(problem, start, watch)
    {
    }

    /// <summary>f and ∇f at a state; that of the last state is remembered.</summary>
    /// <param name="w">The state.</param>
    public (double Value, LeafVector Gradient) At(LeafVector w) => Judge.At(w);

    /// <summary>∂²f/∂w² at a state, by its products.</summary>
    /// <param name="w">The state.</param>
    public LinearOperator Hessian(LeafVector w) => Judge.Derivative(w);

    /// <summary>A solve by a solver of the user's, judged.</summary>
    internal InnerSolution Run(Minimizer minimizer)
    {
        Judge = new GivenInnerSolve(
            new ConditionProbe(minimizer, Problem, StartState), Watch, minimizer.MaxEvaluations, at =>
            {
                var point = ObjectivePoint.Of(Problem, at);
                return (point.Value, point.Gradient);
            });
        return Judge.Run(() => minimizer.Solve(this));
    }
}
