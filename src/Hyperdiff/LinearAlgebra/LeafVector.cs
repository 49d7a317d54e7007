namespace Hyperdiff;

/// <summary>The leaves of a structure as one vector: sums, multiples, inner products and norms over the whole structure.</summary>
internal readonly struct LeafVector(Tensor[] leaves)
{
    /// <summary>The leaves.</summary>
    public Tensor[] Leaves { get; } = leaves;

    public static implicit operator LeafVector(Tensor[] leaves) => new(leaves);

    public static LeafVector operator +(LeafVector left, LeafVector right) => Zip(left, right, (a, b) => a + b);

    public static LeafVector operator -(LeafVector left, LeafVector right) => Zip(left, right, (a, b) => a - b);

    public static LeafVector operator -(LeafVector vector) => Array.ConvertAll(vector.Leaves, leaf => -leaf);

    /// <summary>A multiple by a scalar tensor of type float64, converted to the type of each leaf.</summary>
    public static LeafVector operator *(Tensor scalar, LeafVector vector) => Array.ConvertAll(vector.Leaves, leaf => scalar.To(leaf.DType) * leaf);

    /// <summary>The inner product over all leaves, a scalar of type float64.</summary>
    public static Tensor Dot(LeafVector left, LeafVector right)
    {
        Tensor? sum = null;
        for (int i = 0; i < left.Leaves.Length; i++)
        {
            Tensor term = (left.Leaves[i] * right.Leaves[i]).Sum().To(DType.Float64);
            sum = sum is null ? term : sum + term;
        }

        return sum ?? Tensor.Scalar(0);
    }

    /// <summary>The Euclidean norm over all leaves, a scalar of type float64.</summary>
    public Tensor Norm()
    {
        Tensor[] squares = Array.ConvertAll(Leaves, SumOfSquares.Of);
        return (squares.Length == 0 ? Tensor.Scalar(0) : squares.Aggregate((sum, term) => sum + term)).Sqrt();
    }

    /// <summary>Zeros like these leaves.</summary>
    public LeafVector Zeros() => Array.ConvertAll(Leaves, Tensor.ZerosLike);

    /// <summary>Zeros of these types.</summary>
    public static Tensor[] Zeros(IEnumerable<TensorType> types) => [.. types.Select(type => Tensor.Zeros(type.Shape, type.DType))];

    private static LeafVector Zip(LeafVector left, LeafVector right, Func<Tensor, Tensor, Tensor> combine)
    {
        var result = new Tensor[left.Leaves.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = combine(left.Leaves[i], right.Leaves[i]);
        }

        return result;
    }
}
