namespace Hyperdiff;

/// <summary>What one problem needs of another.</summary>
/// <param name="Upper">The problem above.</param>
/// <param name="Lower">The problem below.</param>
/// <param name="NeedsSolution">Whether the upper problem needs the solution of the lower one; otherwise the lower one sees the parameters of the upper
/// one.</param>
public sealed record LevelEdge(Level Upper, Level Lower, bool NeedsSolution)
{
    /// <inheritdoc/>
    public override string ToString() => NeedsSolution ? $"{Lower} → {Upper} (solution)" : $"{Upper} → {Lower} (parameters)";
}
