namespace Hyperdiff;

/// <summary>One step of an outer loop: what was found at λ, and where the loop is after it.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class OuterStep<TState, THyper>
{
    private readonly MadeStep<TState, THyper> _made;

    internal OuterStep(MadeStep<TState, THyper> made, StepRecord record, LoopState<TState, THyper> next) => (_made, Record, Next) = (made, record, next);

    /// <summary>What watchers are told.</summary>
    public StepRecord Record { get; }

    /// <summary>k, the number of steps before this one.</summary>
    public int Number => Record.Step;

    /// <summary>F(w, λ).</summary>
    public double Value => Record.Value;

    /// <summary>λ, before it was moved.</summary>
    public THyper Hyper => _made.Hyper;

    /// <summary>w, as the inner problem was left at λ.</summary>
    public TState State => _made.State;

    /// <summary>The last hypergradient that was computed at λ, with its evidence; null where a descent steps w and λ together, and where an exception was all
    /// that came of it.</summary>
    public HypergradientResult<TState, THyper>? Hypergradient => _made.Hypergradient;

    /// <summary>The gradient that λ was moved along: the mean of all that were accumulated; null where <see cref="Hypergradient"/> is.</summary>
    public THyper? Gradient => _made.Gradient;

    /// <summary>The best step so far, this one included; null while none was trusted.</summary>
    public BestStep<TState, THyper>? Best => Next.Best;

    /// <summary>Where the loop is after the step: all that the next one depends on. What to save, and to go on from.</summary>
    public LoopState<TState, THyper> Next { get; }

    /// <summary>Saves <see cref="Next"/>.</summary>
    /// <inheritdoc cref="LoopState{TState, THyper}.Save(string)"/>
    public void Save(string path) => Next.Save(path);

    /// <summary>One line: number, value, norm of the gradient, validation, what became of it.</summary>
    public override string ToString() => Record.ToString();
}

/// <summary>The best step of a run so far, among those that were trusted.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
/// <param name="Step">Its number.</param>
/// <param name="Value">What it was best in: the validation function where the loop has one, otherwise F.</param>
/// <param name="State">w there.</param>
/// <param name="Hyper">λ there.</param>
public sealed record BestStep<TState, THyper>(int Step, double Value, TState State, THyper Hyper);

/// <summary>A step of an outer loop that was made.</summary>
/// <param name="Record">What it was, without what only the run knows.</param>
/// <param name="State">w as the inner problem was left at λ.</param>
/// <param name="Hyper">λ, before the step.</param>
/// <param name="Next">Where the loop is after it.</param>
internal sealed record MadeStep<TState, THyper>(StepRecord Record, TState State, THyper Hyper, LoopPosition<TState, THyper> Next)
{
    /// <summary>The hypergradient; null where the rule computes none.</summary>
    public HypergradientResult<TState, THyper>? Hypergradient { get; init; }

    /// <summary>∇ℓ(λ), of all samples that were accumulated; null where the rule computes none.</summary>
    public THyper? Gradient { get; init; }
}
