namespace Hyperdiff;

/// <summary>The difference quotient of a function along a direction in one leaf: what its derivatives there are compared with.</summary>
/// <param name="Function">The name of the function.</param>
/// <param name="Leaf">The leaf that moves.</param>
/// <param name="Value">The quotient, extrapolated; NaN where none could be taken.</param>
/// <param name="Error">Its error, as estimated by what its neighbours disagree by.</param>
/// <param name="Magnitude">The size of the function over the length of the longest step: what the quotient of its rounding is relative to.</param>
internal readonly record struct LeafDifference(string Function, Leaf Leaf, double Value, double Error, double Magnitude)
{
    /// <summary>The difference quotient of a function of the step along a direction.</summary>
    /// <param name="name">The name of the function.</param>
    /// <param name="leaf">The leaf that moves.</param>
    /// <param name="size">The size of the function at the point.</param>
    /// <param name="at">The function, by the length of the step.</param>
    public static LeafDifference Of(string name, Leaf leaf, double size, Func<double, double> at)
    {
        double longest = CheckDirections.Longest(leaf.Value);
        (double value, double error) = DifferenceSweep.At(at, longest);
        return new LeafDifference(name, leaf, value, error, Math.Abs(size) / longest);
    }
}
