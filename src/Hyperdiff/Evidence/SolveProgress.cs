namespace Hyperdiff;

/// <summary>Where an iterative solve is: what it tells a listener at the start, and after every update.</summary>
/// <param name="Iteration">The number of updates so far; 0 at the start.</param>
/// <param name="Residual">The norm of the residual, over the whole structure.</param>
/// <param name="Tolerance">The norm that it has to reach; infinite where none was asked for.</param>
/// <param name="Solve">Which solve it is, as in its report: that of the inner problem, or of the adjoint.</param>
public readonly record struct SolveProgress(int Iteration, double Residual, double Tolerance, string Solve);
