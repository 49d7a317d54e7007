namespace Hyperdiff;

/// <summary>The layers of neural networks as functions: parameters, states, statistics and keys are arguments, what changes is returned.</summary>
/// <remarks>
/// Features lie along the last axis, except in <c>BatchNorm</c>. Layouts and formulas are those of PyTorch, so that its parameters can be used as they are.
/// Leading axes are the batch, of any rank. Everything is made of primitives, and so differentiable in every floating argument, to any order.
/// </remarks>
public static partial class Layers
{
    /// <summary><c>y = x Wᵀ + b</c>.</summary>
    /// <param name="x"><c>[…, in]</c>.</param>
    /// <param name="weight">W <c>[out, in]</c>.</param>
    /// <param name="bias">b <c>[out]</c>; none if absent.</param>
    /// <returns><c>[…, out]</c>.</returns>
    /// <exception cref="ShapeMismatchException">The shapes do not fit.</exception>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Rank != 2 || x.Rank == 0 || x.Shape[^1] != weight.Shape[1])
        {
            throw new ShapeMismatchException(
                $"Linear: x {x.Shape} and weight {weight.Shape} do not fit: they are […, in] and [out, in]; transpose the weight if its input comes first.");
        }

        if (bias is not null && bias.Shape != new Shape(weight.Shape[0]))
        {
            throw new ShapeMismatchException($"Linear: weight {weight.Shape} takes a bias of shape [{weight.Shape[0]}], not {bias.Shape}.");
        }

        // one product of matrices, whatever the rank of the batch
        var batch = new Shape(x.Shape.Sizes.AsSpan()[..^1]);
        Tensor y = x.Reshape(batch.ElementCount, x.Shape[^1]).MatMul(weight.Transpose()).Reshape([.. batch.Sizes, weight.Shape[0]]);
        return bias is null ? y : y + bias;
    }

    /// <summary>Rows of a table, chosen by indices. Rows that are chosen several times get the sum of their derivatives.</summary>
    /// <param name="indices"><c>int32 […]</c>, from 0 to n − 1.</param>
    /// <param name="table"><c>[n, features]</c>.</param>
    /// <returns><c>[…, features]</c>.</returns>
    /// <exception cref="ShapeMismatchException">The table is not a matrix.</exception>
    /// <exception cref="DTypeMismatchException">The indices are not <c>int32</c>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the table.</exception>
    public static Tensor Embedding(Tensor indices, Tensor table)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(table);
        return table.Rank == 2
            ? table.TakeRows(indices)
            : throw new ShapeMismatchException($"Embedding: a table is [n, features], not {table.Shape}; reshape it.");
    }

    /// <summary>Sets every element to 0 with a given probability, and divides it by the probability of being kept otherwise, so that its expectation is
    /// x.</summary>
    /// <remarks>Source: Srivastava et al. (2014), "Dropout", JMLR 15, 1929–1958; scaled while training, so that a model in use leaves the layer out.</remarks>
    /// <param name="x">Of any shape.</param>
    /// <param name="key">One key, to be used for this only.</param>
    /// <param name="rate">The probability of 0, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 0 to 1.</exception>
    /// <exception cref="ShapeMismatchException">There are several keys.</exception>
    public static Tensor Dropout(Tensor x, RandomKey key, double rate)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(key);
        if (!(rate is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "Dropout: the rate is a probability, from 0 to 1.");
        }

        if (key.Shape != Shape.Scalar)
        {
            throw new ShapeMismatchException($"Dropout: takes one key, not keys of shape {key.Shape}; one key draws for the whole batch.");
        }

        return Tensor.Where(key.Bernoulli(x.Shape, 1 - rate), x / (1 - rate), 0);
    }

    private static void RequirePositive(string layer, double epsilon)
    {
        if (!(epsilon > 0 && double.IsFinite(epsilon)))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, $"{layer}: what keeps the divisor from 0 is positive and finite.");
        }
    }
}
