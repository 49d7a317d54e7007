namespace QuadraticBenchmark;

/// <summary>A point of a curve.</summary>
/// <param name="Steps">The steps so far.</param>
/// <param name="Counts">The calls so far.</param>
/// <param name="SquaredGradient">‖∇ℓ‖².</param>
internal readonly record struct CurvePoint(int Steps, OracleCounts Counts, double SquaredGradient);
