namespace Hyperdiff.Tests.Hypergradients;

/// <summary>A problem of one kind at a point, for any method.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="StartType">The type of its start, in C#.</param>
/// <param name="Compute">The hypergradient by a method that is chosen at run time.</param>
/// <param name="Resumed">λ at the end of a few steps along it, and at the end of the same that were saved to a file after each step, and resumed.</param>
internal sealed record ProblemCase(BilevelProblem Problem, string StartType, Func<HypergradientMethod, HypergradientOptions?, GradientWithError> Compute,
    Func<HypergradientMethod, string, (double[] Whole, double[] Resumed)> Resumed)
{
    private const int Steps = 4;


    /// <summary>A problem with its start.</summary>
    public static ProblemCase Of<TState>(BilevelProblem<TState, Tensor> problem, TState start, Tensor hyper) => new(
        problem,
        typeof(TState) == typeof(Tensor) ? "Tensor" : typeof(TState) == typeof(ValueTuple) ? "ValueTuple" : "OptimizerState<Tensor>",
        (method, options) =>
        {
            HypergradientResult<TState, Tensor> g = method.Compute(problem, start, hyper, options);
            Tensor? error = (g as EstimatedHypergradient<TState, Tensor>)?.StandardError;
            return new GradientWithError(g.Gradient.ToArray<double>(), error?.ToArray<double>(), g.Converged, g.ToString());
        },
        (method, path) =>
        {
            OuterLoop<TState, Tensor> loop = OuterLoop.Over(problem, method).With(Optimizer.Adam(0.05)).Until(Stop.AfterSteps(Steps));
            OuterRun<TState, Tensor> whole = loop.From(start, hyper);
            whole.ToEnd();
            LoopState<TState, Tensor> at = loop.From(start, hyper).State;
            for (int i = 0; i < Steps; i++)
            {
                loop.From(at).Step().Save(path);
                at = loop.Load(path, start, hyper);
            }

            return (whole.State.Hyper.ToArray<double>(), at.Hyper.ToArray<double>());
        });
}
