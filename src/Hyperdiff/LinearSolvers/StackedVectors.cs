namespace Hyperdiff;

/// <summary>Several vectors of one structure, stacked: per leaf a matrix <c>[count, elements]</c> whose rows are the vectors.</summary>
internal readonly struct StackedVectors(Tensor[] leaves)
{
    // of L2, on most processors
    private const long CachedBytes = 1024 * 1024;
    private const int FewestRows = 4;

    /// <summary>One matrix per leaf.</summary>
    public Tensor[] Leaves { get; } = leaves;

    public static implicit operator StackedVectors(Tensor[] leaves) => new(leaves);

    /// <summary>The types of stacks of this many vectors.</summary>
    public static IEnumerable<TensorType> Types(int count, IEnumerable<TensorType> vector) =>
        vector.Select(type => (long)count * type.Shape.ElementCount <= int.MaxValue
            ? new TensorType(type.DType, [count, type.Shape.ElementCount])
            : throw new ArgumentException($"{count} vectors of {type} have more than 2^31-1 elements: remember fewer (restart, window, memory)."));

    /// <summary>The stack of some vectors.</summary>
    public static StackedVectors Of(IReadOnlyList<Tensor[]> vectors) =>
        vectors[0].Select((leaf, i) => Tensor.Stack(0, [.. vectors.Select(vector => vector[i].Reshape(leaf.Shape.ElementCount))])).ToArray();

    /// <summary>How many rows a stack that is filled one by one begins with: every product is with all of them, zeros included, and every count takes a graph
    /// of its own, which vectors that fit the cache are not worth.</summary>
    /// <param name="most">What it may grow to, by doubling.</param>
    /// <param name="vector">The types of the vectors.</param>
    public static int FirstRows(int most, IEnumerable<TensorType> vector)
    {
        long bytes = Math.Max(1, Types(most, vector).Sum(type => type.Bytes));
        return (int)Math.Clamp(most * CachedBytes / bytes, Math.Min(FewestRows, most), most);
    }

    /// <summary>A one for every row, as float64.</summary>
    public static Tensor Row(int row, int count)
    {
        var selected = new double[count];
        selected[row] = 1;
        return Tensor.Wrap(selected, [count]);
    }

    /// <summary>The inner product of every row with a vector, as float64.</summary>
    public Tensor Dot(LeafVector vector)
    {
        Tensor? sum = null;
        for (int i = 0; i < Leaves.Length; i++)
        {
            Tensor term = Leaves[i].MatMul(vector.Leaves[i].Reshape(vector.Leaves[i].Shape.ElementCount)).To(DType.Float64);
            sum = sum is null ? term : sum + term;
        }

        return sum!;
    }

    /// <summary>The sum of the rows with these weights, in the shapes of a vector.</summary>
    public LeafVector Combine(Tensor weights, IReadOnlyList<TensorType> vector)
    {
        var result = new Tensor[Leaves.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = weights.To(Leaves[i].DType).MatMul(Leaves[i]).Reshape(vector[i].Shape.Sizes.AsSpan());
        }

        return result;
    }
}
