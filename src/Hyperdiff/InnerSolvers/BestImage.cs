namespace Hyperdiff;

/// <summary>The safeguard of accelerated iterations: remembers Φ(w) of the smallest residual, to begin again from there when an acceleration went
/// astray.</summary>
/// <remarks>Accelerations extrapolate, and far from a solution they may throw the iterate anywhere. A residual may rise somewhat on the way; one this far above
/// the best has lost its way.</remarks>
internal sealed class BestImage
{
    private const double Astray = 10;

    private LeafVector? _image;
    private double _residual = double.PositiveInfinity;

    /// <summary>Observes Φ(w); where to begin again if its residual is far above the best, and null if it is not.</summary>
    public LeafVector? Observe(LeafVector image, double residual)
    {
        if (residual > Astray * _residual)
        {
            return _image;
        }

        if (residual < _residual)
        {
            (_image, _residual) = (image, residual);
        }

        return null;
    }
}
