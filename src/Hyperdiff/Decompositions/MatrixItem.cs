using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>One matrix of a batch, with what else belongs to it: what the kernel of a <see cref="MatrixPrimitive"/> reads and writes.</summary>
/// <typeparam name="T">What is computed in.</typeparam>
internal readonly struct MatrixItem<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // of float: of the square of what is smaller digits would be lost below the range of numbers; a sum of squares of what is greater could be above it
    private const double Least = 1e-15, Greatest = 1e+15;

    private readonly ArraySegment<T>[] _operands;
    private readonly ArraySegment<T>[] _results;
    private readonly int _first;

    /// <summary>One item.</summary>
    /// <param name="operands">Items of each operand, one after the other.</param>
    /// <param name="results">The same items of each result.</param>
    /// <param name="first">Which item of the batch stands first there.</param>
    /// <param name="count">How many stand there.</param>
    public MatrixItem(ArraySegment<T>[] operands, ArraySegment<T>[] results, int first, int count) =>
        (_operands, _results, _first, Count) = (operands, results, first, count);

    /// <summary>The operation, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>The leading axes.</summary>
    public required Shape Batch { get; init; }

    /// <summary>The rounding unit of the numbers that were given, which is that of their element type and not that of the computation.</summary>
    public required double Epsilon { get; init; }

    /// <summary>What does the work.</summary>
    public required IMatrixKernels<T> Kernels { get; init; }

    /// <summary>Which item, counted over all leading axes.</summary>
    public required int Index { get; init; }

    /// <summary>Whether the last operand was given in float32.</summary>
    public bool AreFactorsRounded { get; init; }

    /// <summary>How many operands there are.</summary>
    public int OperandCount => _operands.Length;

    private int Count { get; }

    /// <summary>This item's part of an operand, row-major.</summary>
    public ReadOnlySpan<T> Operand(int i) => Part(_operands[i]);

    /// <summary>This item's part of a result, row-major; zeros before if the primitive asks for that.</summary>
    public Span<T> Result(int i) => Part(_results[i]);

    /// <summary>Whether every element of the first operand is finite, and the largest of a size at which neither squares nor roundings leave the range of
    /// float.</summary>
    public bool IsInRange()
    {
        ReadOnlySpan<T> matrix = Operand(0);
        double largest = matrix.IsEmpty ? 1 : double.CreateChecked(T.Abs(TensorPrimitives.MaxMagnitude(matrix)));
        return largest is > Least and < Greatest;
    }

    /// <summary>Whether the pivots of a matrix of float are of a size at which neither squares nor roundings leave the range.</summary>
    /// <param name="matrix"><c>[n, n]</c>, with the pivots on the diagonal.</param>
    /// <param name="size">n.</param>
    public static bool PivotsAreInRange(ReadOnlySpan<T> matrix, int size)
    {
        for (int k = 0; k < size && typeof(T) == typeof(float); k++)
        {
            if (!(double.CreateChecked(T.Abs(matrix[(k * size) + k])) is > Least and < Greatest))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Throws unless every element of the first operand is finite.</summary>
    /// <param name="columns">The length of its rows.</param>
    /// <exception cref="LinearAlgebraException">One is not.</exception>
    public void RequireFinite(int columns)
    {
        ReadOnlySpan<T> matrix = Operand(0);
        if (Finiteness.IsOf(matrix))
        {
            return;
        }

        for (int i = 0; i < matrix.Length; i++)
        {
            if (!T.IsFinite(matrix[i]))
            {
                throw NonFinite(matrix[i], i / columns, i % columns);
            }
        }
    }

    /// <summary>The exception for a matrix without a result.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="position">Where.</param>
    /// <param name="what">The same in words, with the remedy.</param>
    public LinearAlgebraException Failed(LinearAlgebraFailure failure, int position, string what)
    {
        string where = Batch.Rank == 0 ? string.Empty : $"item {Index} of the batch {Batch}: ";
        return new LinearAlgebraException($"{Name}: {where}{what}", failure, Index, position);
    }

    /// <summary>The exception for an element that is NaN or infinite.</summary>
    /// <param name="element">The element.</param>
    /// <param name="row">Its row.</param>
    /// <param name="column">Its column.</param>
    public LinearAlgebraException NonFinite(T element, int row, int column) =>
        Failed(LinearAlgebraFailure.NonFiniteInput, row, FormattableString.Invariant(
        $"the matrix holds {element} at [{row}, {column}]; look for missing values in the data, or a logarithm or division at 0."));

    /// <summary>The exception for a pivot that is zero to rounding.</summary>
    /// <param name="position">Which.</param>
    /// <param name="pivot">The pivot.</param>
    public LinearAlgebraException Singular(int position, T pivot) => Failed(LinearAlgebraFailure.Singular, position, string.Create(
        CultureInfo.InvariantCulture,
        $"the matrix is singular to working precision: pivot {position} is {pivot:G3}, no more than rounding; add a ridge to the diagonal, or solve in the "
            + $"least-squares sense by Linalg.Svd."));

    /// <summary>The exception for an iteration that did not converge.</summary>
    /// <param name="what">What it computes.</param>
    public LinearAlgebraException Unconverged(string what) => Failed(
        LinearAlgebraFailure.NotConverged, -1,
        $"the iteration for the {what} did not converge; scale the matrix so that its elements neither overflow nor underflow when squared.");

    private ArraySegment<T> Part(ArraySegment<T> all)
    {
        int size = all.Count / Math.Max(Count, 1);
        return all.Slice((Index - _first) * size, size);
    }
}
