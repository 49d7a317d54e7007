using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Hyperdiff;

/// <summary>Random vectors that probes begin with.</summary>
internal static class RandomVector
{
    // of the share that a random vector has of a direction as a rule, what one in forty has less of
    private const double Least = 0.03;

    private const ulong Increment = 0x9E3779B97F4A7C15;

    // of one seed from the next: no vector meets the numbers of another
    private const ulong Apart = 0xD1B54A32D192ED03;

    private const double Ulp = 1.0 / (1UL << 63);

    /// <summary>Numbers between −1 and 1.</summary>
    /// <remarks>A probe of a large system costs a few products, each of a nanosecond per unknown or less. The generator is SplitMix64 (Steele, Lea and Flood
    /// 2014, doi:10.1145/2660193.2660195, figure 17), which takes half of the time of <see cref="Random"/> and nothing to begin.</remarks>
    /// <param name="types">The leaves.</param>
    /// <param name="seed">Which vector.</param>
    public static LeafVector Draw(IReadOnlyList<TensorType> types, int seed)
    {
        double[] numbers = new double[types.Sum(type => type.Shape.ElementCount)];
        Fill(numbers, (ulong)seed * Apart);
        return DenseMatrix.Leaves(numbers, types);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fill(Span<double> numbers, ulong state)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            state += Increment;
            ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            numbers[i] = (long)(mixed ^ (mixed >> 31)) * Ulp;
        }
    }

    /// <summary>The share of a vector's norm that it has of any direction, but for one vector in forty: 0.03/√n.</summary>
    public static double Share(ImmutableArray<TensorType> types) => Least / Math.Sqrt(types.Sum(type => type.Shape.ElementCount));

    /// <summary>How far two inner products of random vectors, such as uᵀA v and vᵀA u, may lie apart for rounding, relative to the norms: no further than
    /// the vectors of a large system show of what they are to tell, a share of which they have 1/√n as a rule.</summary>
    /// <param name="rounding">What rounding leaves at the most, relative to the norms.</param>
    /// <param name="overlooked">The part of 1/√n that may be overlooked: about as many vectors in all show less.</param>
    /// <param name="size">n.</param>
    public static double Allowed(double rounding, double overlooked, int size) => Math.Min(rounding, overlooked / Math.Sqrt(size));
}
