namespace Hyperdiff;

/// <summary>An outer objective at the end of an optimizer's steps: over its parameters (<see cref="UnrolledProblem{TState, THyper}"/>), or over its whole state
/// (<see cref="OptimizerProblem{TState, THyper}"/>).</summary>
/// <typeparam name="TState">The structure that the steps begin with.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public abstract class StepsProblem<TState, THyper> : BilevelProblem<TState, THyper>
{
    private protected StepsProblem()
    {
    }

    internal sealed override ProblemKind Kind => ProblemKind.Steps;
}
