namespace Hyperdiff;

/// <summary>A method that differentiates the steps of a map, or of an optimizer: the exact derivative of F at the last iterate. It takes maps that change with
/// the step too.</summary>
public abstract partial class IterativeMethod : HypergradientMethod
{
    private protected IterativeMethod()
    {
    }

    /// <summary>Runs the steps from a start and computes the hypergradient of F at the last iterate.</summary>
    /// <param name="problem">A map, or an optimizer's steps.</param>
    /// <param name="start">The first inner iterate w₀.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="options">Progress, of the length of every step and then of the norm of the adjoint on the way back; cancellation; where the steps are an
    /// optimizer's, a warm start, from which it goes on with its memory and its count of steps.</param>
    /// <exception cref="ArgumentException">The problem has no steps to differentiate, or an option is given that the method does not read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public new IterativeHypergradient<TState, THyper> Compute<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        new(problem, (IterativeOutcome)Run(problem, start, hyper, options));

    private protected sealed override OptionsRead Reads(BilevelProblem problem) =>
        OptionsRead.Progress | (problem.ReadsMemory ? OptionsRead.Memory : OptionsRead.None);
}
