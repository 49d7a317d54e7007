namespace Hyperdiff;

/// <summary>What a problem sees of the others.</summary>
public abstract class LevelScope
{
    private protected LevelScope()
    {
    }

    /// <summary>The parameters of a problem above: what this problem takes as given.</summary>
    /// <param name="upper">The problem.</param>
    public abstract T Parameters<T>(Level<T> upper);

    /// <summary>The solution of a problem below, as it follows from the parameters of this one, and of all that the problem below sees.</summary>
    /// <param name="lower">The problem.</param>
    /// <param name="response">How it is found and differentiated along this edge; as the problem says if absent.</param>
    public abstract T Solution<T>(Level<T> lower, Response? response = null);

    /// <inheritdoc/>
    public override string ToString() => "what one problem sees of the others";
}
