namespace Hyperdiff;

/// <summary>The estimated error of what a descent moves, by leaf, and whether it is what was asked for: the rule of inner solves, with directions for
/// residuals.</summary>
/// <param name="epsilon">The coarsest machine epsilon among the leaves.</param>
/// <param name="hyper">Which of the leaves that move are those of λ.</param>
internal abstract class JointError(double epsilon, Range hyper)
{
    /// <summary>The coarsest machine epsilon among the leaves.</summary>
    protected double Epsilon => epsilon;

    /// <summary>Which of the leaves that move are those of λ.</summary>
    protected Range Hyper => hyper;

    /// <summary>Whether the error is within what was asked for.</summary>
    public bool Met { get; protected set; }

    /// <summary>Whether a leaf that was not solved moves less than ever.</summary>
    public abstract bool Gained { get; }

    /// <summary>The residual at which the error would be what was asked for; 0 where that is unknown.</summary>
    public abstract double Threshold { get; }

    /// <summary>The estimated error of λ.</summary>
    public abstract ErrorInterval Interval { get; }

    /// <summary>Whether there may be modes that are far slower than what the way has shown: then the estimate is none.</summary>
    public bool IsUnconfirmed { get; protected set; }

    /// <summary>Observes the next iterate.</summary>
    /// <param name="at">The norms of its step.</param>
    /// <param name="looks">Further looks at it.</param>
    public abstract void Next(StepNorms at, IStepLooks looks);

    /// <summary>Whether nothing is known that could still be gained; where that cannot be told it is not.</summary>
    /// <param name="units">How many roundings of every number that the directions are made of.</param>
    public abstract bool IsAtRounding(double units);

    /// <summary>Judges an iterate from which nothing is gained.</summary>
    public abstract void Settle();

    /// <summary>The norm of some leaves.</summary>
    protected static double Norm(ReadOnlySpan<double> leaves)
    {
        double norm = 0;
        foreach (double leaf in leaves)
        {
            norm = double.Hypot(norm, leaf);
        }

        return norm;
    }
}

/// <summary>What can be asked of a step besides the one that was made.</summary>
internal interface IStepLooks
{
    /// <summary>The directions from the same place with the samples of some later steps.</summary>
    IEnumerable<double[]> Redrawn();

    /// <summary>The most that each direction changes when every number that moves changes in its last place.</summary>
    double[] Rounding();

    /// <summary>The directions from a place that is so far away, relatively to every number that moves.</summary>
    double[] Away(double length);

    /// <summary>What the error of each leaf that moves is along modes that no step needs to have shown, by a solve with the derivative of the step; zeros where
    /// it cannot be more than is asked for, and null where some products do not tell.</summary>
    /// <param name="asked">What is asked for, relatively to every leaf.</param>
    /// <param name="updates">How many steps there were.</param>
    double[]? Unseen(double asked, int updates);
}

/// <summary>The norms of each leaf that a step moves.</summary>
/// <param name="Directions">Of the direction, per unit of its rate.</param>
/// <param name="Steps">Of the step.</param>
/// <param name="Norms">Of the leaf itself, before the step.</param>
internal readonly record struct StepNorms(double[] Directions, double[] Steps, double[] Norms);
