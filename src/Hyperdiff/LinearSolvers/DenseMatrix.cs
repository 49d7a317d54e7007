namespace Hyperdiff;

/// <summary>Operators and vectors written out as numbers of the host: for direct methods and for probing.</summary>
internal static class DenseMatrix
{
    /// <summary>The number of unknowns of an operator.</summary>
    public static int Size(LinearOperator matrix) => matrix.InputTypes.Sum(type => type.Shape.ElementCount);

    /// <summary>The operator's matrix, row-major, by one product per column; null if cancelled.</summary>
    public static double[,]? Of(LinearOperator matrix, CancellationToken cancellation)
    {
        if (matrix.WrittenFor(LeafVector.Zeros(matrix.InputTypes)) is { } written)
        {
            return written.ToArray();
        }

        int size = Size(matrix);
        double[,] result = Room.ForMatrix(size);
        var unit = new double[size];

        // columns on a device cross together
        var columns = new List<Tensor>();
        for (int column = 0; column < size; column++)
        {
            if (cancellation.IsCancellationRequested)
            {
                return null;
            }

            unit[column] = 1;
            LeafVector product = matrix.Apply(Leaves(unit, matrix.InputTypes));
            unit[column] = 0;
            if (product.IsOnDevice)
            {
                columns.Add(Joined(product.Leaves));
                continue;
            }

            double[] numbers = Numbers(product.Leaves);
            for (int row = 0; row < size; row++)
            {
                result[row, column] = numbers[row];
            }
        }

        if (columns.Count > 0)
        {
            Buffer.BlockCopy(Tensor.Stack(1, [.. columns]).ToArray<double>(), 0, result, 0, sizeof(double) * result.Length);
        }

        return result;
    }

    /// <summary>All elements of all leaves, one after the other.</summary>
    public static double[] Numbers(Tensor[] leaves)
    {
        if (new LeafVector(leaves).IsOnDevice)
        {
            return Joined(leaves).ToArray<double>();
        }

        int size = 0;
        foreach (Tensor leaf in leaves)
        {
            size += leaf.Count;
        }

        var numbers = new double[size];
        int first = 0;
        foreach (Tensor leaf in leaves)
        {
            leaf.To(DType.Float64).CopyTo(numbers.AsSpan(first));
            first += leaf.Count;
        }

        return numbers;
    }

    /// <summary>All elements of all leaves as one vector of float64, where the leaves are.</summary>
    public static Tensor Joined(Tensor[] leaves) =>
        leaves.Length == 0 ? Tensor.Zeros([0]) : Tensor.Concat(0, Array.ConvertAll(leaves, leaf => leaf.To(DType.Float64).Reshape(leaf.Count)));

    /// <summary>Leaves of these types from one vector of all elements, where that is.</summary>
    public static Tensor[] Parted(Tensor vector, IReadOnlyList<TensorType> types)
    {
        var leaves = new Tensor[types.Count];
        int start = 0;
        for (int i = 0; i < leaves.Length; i++)
        {
            int count = types[i].Shape.ElementCount;
            leaves[i] = vector.Slice(0, start, start + count).Reshape(types[i].Shape.Sizes.AsSpan()).To(types[i].DType);
            start += count;
        }

        return leaves;
    }

    /// <summary>Leaves of these types from their elements.</summary>
    public static Tensor[] Leaves(ReadOnlySpan<double> numbers, IReadOnlyList<TensorType> types)
    {
        var leaves = new Tensor[types.Count];
        int start = 0;
        for (int i = 0; i < leaves.Length; i++)
        {
            int count = types[i].Shape.ElementCount;
            leaves[i] = Tensor.Wrap(numbers[start..(start + count)].ToArray(), types[i].Shape).To(types[i].DType);
            start += count;
        }

        return leaves;
    }
}
