namespace Hyperdiff;

/// <summary>Whether an iteration is worth going on with, from the residuals that it had, beside another way whose products are known.</summary>
/// <remarks>
/// The logarithm of the least residual so far is continued by a straight line. That is pessimistic of Krylov methods, which grow faster as they go, so nothing
/// is said before the iteration has made a quarter of the products of the other way: what is lost by giving it up is at most that quarter.
/// </remarks>
/// <param name="other">The products of the other way.</param>
internal sealed class IterationPace(int other)
{
    private const int Share = 4;

    private double _first = double.NaN;
    private double _best = double.PositiveInfinity;

    /// <summary>How many updates the iteration was given up after; 0 if it was not.</summary>
    public int GivenUpAfter { get; private set; }

    /// <summary>Whether more updates are left, as far as can be told, than the other way takes products.</summary>
    /// <param name="updates">How many were made; 0 at the start.</param>
    /// <param name="residual">The residual after them.</param>
    /// <param name="threshold">What it has to reach.</param>
    public bool IsHopeless(int updates, double residual, double threshold)
    {
        (_first, _best) = updates == 0 ? (residual, residual) : (_first, Math.Min(_best, residual));
        if (updates < Math.Max(1, other / Share))
        {
            return false;
        }

        // true for NaN, too: nothing gained, and everything to go
        bool hopeless = !(updates * Math.Log(_best / threshold) <= other * Math.Log(_first / _best));
        GivenUpAfter = hopeless ? updates : 0;
        return hopeless;
    }
}
