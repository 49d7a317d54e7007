namespace Hyperdiff;

/// <summary>Within a function of one problem's parameters: those parameters, the frames around it, and the solutions that are known there.</summary>
/// <param name="Level">The problem.</param>
/// <param name="Parameters">Its parameters, a variable of the function.</param>
/// <param name="Outer">The frame in which the problem is solved; null for the problem whose derivative is taken.</param>
internal sealed record LevelFrame(Level Level, object Parameters, LevelFrame? Outer)
{
    /// <summary>Solutions that depend on these parameters or on none: each is found once.</summary>
    public Dictionary<(Level Level, Response How), object> Solutions { get; } = [];
}
