namespace Hyperdiff;

/// <summary>What a descent tells a listener at the start, and after every step.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
/// <param name="Last">Where it is.</param>
/// <param name="Residual">The norm of the directions of the step from there.</param>
/// <param name="Tolerance">The norm that it has to reach.</param>
public readonly record struct DescentProgress<TState, THyper>(DescentState<TState, THyper> Last, double Residual, double Tolerance);
