namespace Hyperdiff.Tests.Hypergradients;

/// <summary>A problem of one kind at a point, for any method.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="StartType">The type of its start, in C#.</param>
/// <param name="Compute">The hypergradient by a method that is chosen at run time.</param>
internal sealed record ProblemCase(BilevelProblem Problem, string StartType, Func<HypergradientMethod, HypergradientOptions?, GradientWithError> Compute)
{
    /// <summary>A problem with its start.</summary>
    public static ProblemCase Of<TState>(BilevelProblem<TState, Tensor> problem, TState start, Tensor hyper) => new(
        problem,
        typeof(TState) == typeof(Tensor) ? "Tensor" : typeof(TState) == typeof(ValueTuple) ? "ValueTuple" : "OptimizerState<Tensor>",
        (method, options) =>
        {
            HypergradientResult<TState, Tensor> g = method.Compute(problem, start, hyper, options);
            Tensor? error = (g as EstimatedHypergradient<TState, Tensor>)?.StandardError;
            return new GradientWithError(g.Gradient.ToArray<double>(), error?.ToArray<double>(), g.Converged, g.ToString());
        });
}
