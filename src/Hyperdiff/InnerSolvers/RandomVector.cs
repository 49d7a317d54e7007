using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Random vectors that probes begin with.</summary>
internal static class RandomVector
{
    // of the share that a random vector has of a direction as a rule, what one in forty has less of
    private const double Least = 0.03;

    /// <summary>Numbers between −1 and 1.</summary>
    public static LeafVector Draw(ImmutableArray<TensorType> types, int seed)
    {
        var random = new Random(seed);
        return types.Select(type =>
        {
            double[] numbers = new double[type.Shape.ElementCount];
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] = (2 * random.NextDouble()) - 1;
            }

            return Tensor.Wrap(numbers, type.Shape).To(type.DType);
        }).ToArray();
    }

    /// <summary>The share of a vector's norm that it has of any direction, but for one vector in forty: 0.03/√n.</summary>
    public static double Share(ImmutableArray<TensorType> types) => Least / Math.Sqrt(types.Sum(type => type.Shape.ElementCount));
}
