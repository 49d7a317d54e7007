namespace Hyperdiff.Benchmarks.Accuracy;

/// <summary>A way to a hypergradient of a certain accuracy.</summary>
/// <param name="Name">The method, with what it was asked for.</param>
/// <param name="Error">The true relative error of the hypergradient.</param>
/// <param name="Products">Products with the Jacobian or its transpose.</param>
/// <param name="Seconds">What one call took when it was found.</param>
/// <param name="Time">The median seconds of calls during so many seconds.</param>
internal sealed record AccuracyWay(string Name, double Error, long Products, double Seconds, Func<double, double> Time);
