using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Random vectors that probes begin with.</summary>
internal static class RandomVector
{
    // of the share that a random vector has of a direction as a rule, what one in forty has less of
    private const double Least = 0.03;

    // to begin a generator takes longer than to draw so many
    private const int Kept = 512;

    private static readonly RecentlyUsed<(int Size, int Seed), double[]> s_drawn = new(64);

    /// <summary>Numbers between −1 and 1.</summary>
    public static LeafVector Draw(ImmutableArray<TensorType> types, int seed)
    {
        int size = types.Sum(type => type.Shape.ElementCount);
        return DenseMatrix.Leaves(size > Kept ? Drawn(size, seed) : s_drawn.Find((size, seed)) ?? s_drawn.Keep((size, seed), Drawn(size, seed)), types);
    }

    private static double[] Drawn(int size, int seed)
    {
        var random = new Random(seed);
        double[] numbers = new double[size];
        for (int i = 0; i < size; i++)
        {
            numbers[i] = (2 * random.NextDouble()) - 1;
        }

        return numbers;
    }

    /// <summary>The share of a vector's norm that it has of any direction, but for one vector in forty: 0.03/√n.</summary>
    public static double Share(ImmutableArray<TensorType> types) => Least / Math.Sqrt(types.Sum(type => type.Shape.ElementCount));
}
