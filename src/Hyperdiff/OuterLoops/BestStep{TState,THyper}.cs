namespace Hyperdiff;

/// <summary>The best step of a run so far, among those that were trusted.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
/// <param name="Step">Its number.</param>
/// <param name="Value">What it was best in: the validation function where the loop has one, otherwise F.</param>
/// <param name="State">w there.</param>
/// <param name="Hyper">λ there.</param>
public sealed record BestStep<TState, THyper>(int Step, double Value, TState State, THyper Hyper);
