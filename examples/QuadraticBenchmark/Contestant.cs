namespace QuadraticBenchmark;

/// <summary>A method in the benchmark, and what is claimed of it beforehand.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Run">Runs so many steps from the start of the problem, told of every state.</param>
/// <param name="CallsPerStep">The calls of one step.</param>
/// <param name="Claim">What is claimed of its end.</param>
/// <param name="Predicted">‖∇ℓ‖² where its bias lets it end: 0 for an unbiased one; null if there is no prediction.</param>
internal sealed record Contestant(
    string Name, Func<int, IProgress<DescentProgress<Tensor, Tensor>>, DescentSolution<Tensor, Tensor>> Run, OracleCounts CallsPerStep, Claim Claim,
    double? Predicted);
