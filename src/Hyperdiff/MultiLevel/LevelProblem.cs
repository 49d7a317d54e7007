namespace Hyperdiff;

/// <summary>One problem among several: its parameters, what they have to satisfy, and how that is found.</summary>
public abstract class LevelProblem
{
    private protected LevelProblem(Level level, Response response) => (Level, Response) = (level, response);

    /// <summary>Its parameters.</summary>
    public Level Level { get; }

    /// <summary>How others find and differentiate its solution, unless they say otherwise.</summary>
    public Response Response { get; }

    /// <summary>Its function.</summary>
    internal abstract Delegate Function { get; }

    /// <summary>Its first parameters.</summary>
    internal abstract object FirstParameters { get; }

    /// <inheritdoc/>
    public sealed override string ToString() => Level.Name;

    /// <summary>Runs the problem's function once, at the first parameters, for what it asks of others.</summary>
    internal abstract void Trace(LevelScope scope);

    /// <summary>The leaves of parameters of this problem.</summary>
    internal abstract Tensor[] Leaves(object parameters);

    /// <summary>A point with other parameters of this problem: the first of these leaves.</summary>
    internal abstract LevelPoint Move(LevelPoint point, ReadOnlySpan<Tensor> leaves, out int taken);
}
