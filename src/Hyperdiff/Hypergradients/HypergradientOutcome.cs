namespace Hyperdiff;

/// <summary>What a method computed, as leaves: the typed result is made of it where the types are known, so that no method is generic inside.</summary>
/// <param name="Parts">What every method computes.</param>
internal abstract record HypergradientOutcome(HypergradientParts Parts)
{
    /// <summary>The solve that it rests on besides that of the inner problem; null if none.</summary>
    public virtual SolveReport? Further => null;

    /// <summary>The first of both that did not converge; null if both did.</summary>
    public SolveReport? Failed => !Parts.InnerReport.Converged ? Parts.InnerReport : Further is { Converged: false } further ? further : null;
}
