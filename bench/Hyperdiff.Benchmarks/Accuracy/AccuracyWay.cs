namespace Hyperdiff.Benchmarks.Accuracy;

/// <summary>A way to a hypergradient of a certain accuracy.</summary>
/// <param name="Name">The method, with what it was asked for.</param>
/// <param name="Error">The true relative error of the hypergradient.</param>
/// <param name="Work">Products with the Jacobian or its transpose; before them, what the inner solve took, if there was one.</param>
/// <param name="Seconds">What one call took when it was found.</param>
/// <param name="Time">The median seconds of calls during so many seconds.</param>
internal sealed record AccuracyWay(string Name, double Error, string Work, double Seconds, Func<double, double> Time)
{
    /// <summary>Our solver of the adjoint; null of a peer.</summary>
    public AccuracySolver? Solver { get; init; }

    /// <summary>What the peer was asked for; null of ours.</summary>
    public PeerAsked? Updates { get; init; }
}

/// <summary>A solver of ours, made for a tolerance.</summary>
internal sealed record AccuracySolver(string Name, Func<double, LinearSolver> Make);

/// <summary>A hypergradient of ours with the status of its solves.</summary>
/// <param name="Gradient">Its leaves.</param>
/// <param name="Converged">Whether all solves did.</param>
/// <param name="Work">What they took.</param>
internal sealed record AccuracyResult(Tensor[] Gradient, bool Converged, string Work);

/// <summary>What a peer is asked for.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Iterations">How many updates of the adjoint.</param>
/// <param name="Steps">How many steps from the first state before; null to take the solution that is given.</param>
internal sealed record PeerAsked(string Method, int Iterations, int? Steps);
