namespace Hyperdiff;

/// <summary>What the cycles of a Krylov method share: the system, the judge of the iteration, and the counts of products.</summary>
internal sealed class KrylovRun(LinearSystem system, IterationMonitor monitor)
{
    private object? _kept;

    /// <summary>The system.</summary>
    public LinearSystem System { get; } = system;

    /// <summary>Judges the residuals.</summary>
    public IterationMonitor Monitor { get; } = monitor;

    /// <summary>Products with A so far.</summary>
    public long Products { get; set; }

    /// <summary>Products with Aᵀ so far.</summary>
    public long TransposedProducts { get; set; }

    /// <summary>Why the method broke down, if it did.</summary>
    public BreakdownCause Cause { get; set; }

    /// <summary>How asymmetric the method found A by itself; NaN if it did not look.</summary>
    public double Asymmetry { get; set; } = double.NaN;

    /// <summary>Watches conjugate gradients for asymmetry.</summary>
    public ConjugacyProbe Conjugacy { get; } = new();

    /// <summary>What the method works in, made in the first cycle and kept for the others.</summary>
    public T Once<T>(Func<T> make)
        where T : class => (T)(_kept ??= make());

    /// <summary>Judges the next iterate, and tells the observer of it.</summary>
    public SolveStatus? Next(Tensor[] x, double residual)
    {
        SolveStatus? status = Monitor.Next(residual);
        System.Observer?.Invoke(x, residual, Monitor.Iterations);
        return status;
    }

    /// <summary>The same of an iterate that is written out as leaves for the observer alone.</summary>
    public SolveStatus? Next(Func<Tensor[]> x, double residual)
    {
        SolveStatus? status = Monitor.Next(residual);
        System.Observer?.Invoke(x(), residual, Monitor.Iterations);
        return status;
    }
}
