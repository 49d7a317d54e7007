using System.Numerics;

namespace Hyperdiff.Decompositions;

/// <summary>Whether all numbers are finite: x · 0 is 0 then, and NaN otherwise.</summary>
internal static class Finiteness
{
    /// <summary>Whether they are.</summary>
    public static bool IsOf<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector<T> first = Vector<T>.Zero, second = Vector<T>.Zero, third = Vector<T>.Zero, fourth = Vector<T>.Zero;
        int width = Vector<T>.Count, i = 0;
        for (; i + (4 * width) <= numbers.Length; i += 4 * width)
        {
            first += new Vector<T>(numbers[i..]) * Vector<T>.Zero;
            second += new Vector<T>(numbers[(i + width)..]) * Vector<T>.Zero;
            third += new Vector<T>(numbers[(i + (2 * width))..]) * Vector<T>.Zero;
            fourth += new Vector<T>(numbers[(i + (3 * width))..]) * Vector<T>.Zero;
        }

        Vector<T> all = first + second + (third + fourth);
        T sum = T.Zero;
        for (int lane = 0; lane < width; lane++)
        {
            sum += all[lane];
        }

        for (; i < numbers.Length; i++)
        {
            sum += numbers[i] * T.Zero;
        }

        return sum == T.Zero;
    }
}
