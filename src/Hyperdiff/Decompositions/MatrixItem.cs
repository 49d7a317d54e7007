using System.Globalization;
using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>One matrix of a batch, with what else belongs to it: what the kernel of a <see cref="MatrixPrimitive"/> reads and writes, in double
/// precision.</summary>
internal readonly struct MatrixItem
{
    private readonly string _name;
    private readonly Shape _batch;
    private readonly ArraySegment<double>[] _operands;
    private readonly ArraySegment<double>[] _results;

    /// <summary>One item.</summary>
    /// <param name="name">The operation, for messages.</param>
    /// <param name="batch">The leading axes.</param>
    /// <param name="index">Which item.</param>
    /// <param name="operands">All items of each operand, one after the other.</param>
    /// <param name="results">All items of each result.</param>
    /// <param name="epsilon">The rounding of the operands' element type.</param>
    /// <param name="kernels">What does the work.</param>
    public MatrixItem(string name, Shape batch, int index, ArraySegment<double>[] operands, ArraySegment<double>[] results, double epsilon,
        IMatrixKernels kernels) =>
        (_name, _batch, Index, _operands, _results, Epsilon, Kernels) = (name, batch, index, operands, results, epsilon, kernels);

    /// <summary>The rounding unit of the numbers that were given, which is that of their element type and not that of the computation.</summary>
    public double Epsilon { get; }

    /// <summary>What does the work.</summary>
    public IMatrixKernels Kernels { get; }

    /// <summary>Which item, counted over all leading axes.</summary>
    public int Index { get; }

    /// <summary>How many operands there are.</summary>
    public int OperandCount => _operands.Length;

    /// <summary>This item's part of an operand, row-major.</summary>
    public ReadOnlySpan<double> Operand(int i) => Part(_operands[i]);

    /// <summary>This item's part of a result, row-major; zeros before.</summary>
    public Span<double> Result(int i) => Part(_results[i]);

    /// <summary>Throws unless every element of the first operand is finite.</summary>
    /// <param name="columns">The length of its rows.</param>
    /// <exception cref="LinearAlgebraException">One is not.</exception>
    public void RequireFinite(int columns)
    {
        ReadOnlySpan<double> matrix = Operand(0);
        if (matrix.IsEmpty || double.IsFinite(TensorPrimitives.MaxMagnitude(matrix)))
        {
            return;
        }

        for (int i = 0; i < matrix.Length; i++)
        {
            if (!double.IsFinite(matrix[i]))
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
        string where = _batch.Rank == 0 ? string.Empty : $"item {Index} of the batch {_batch}: ";
        return new LinearAlgebraException($"{_name}: {where}{what}", failure, Index, position);
    }

    /// <summary>The exception for an element that is NaN or infinite.</summary>
    /// <param name="element">The element.</param>
    /// <param name="row">Its row.</param>
    /// <param name="column">Its column.</param>
    public LinearAlgebraException NonFinite(double element, int row, int column) =>
        Failed(LinearAlgebraFailure.NonFiniteInput, row, FormattableString.Invariant(
        $"the matrix holds {element} at [{row}, {column}]; look for missing values in the data, or a logarithm or division at 0."));

    /// <summary>The exception for a pivot that is zero to rounding.</summary>
    /// <param name="position">Which.</param>
    /// <param name="pivot">The pivot.</param>
    public LinearAlgebraException Singular(int position, double pivot) => Failed(LinearAlgebraFailure.Singular, position, string.Create(
        CultureInfo.InvariantCulture,
        $"the matrix is singular to working precision: pivot {position} is {pivot:G3}, no more than rounding; add a ridge to the diagonal, or solve in the "
            + $"least-squares sense by Linalg.Svd."));

    /// <summary>The exception for an iteration that did not converge.</summary>
    /// <param name="what">What it computes.</param>
    public LinearAlgebraException Unconverged(string what) => Failed(
        LinearAlgebraFailure.NotConverged, -1,
        $"the iteration for the {what} did not converge; scale the matrix so that its elements neither overflow nor underflow when squared.");

    private ArraySegment<double> Part(ArraySegment<double> all)
    {
        int size = all.Count / Math.Max(_batch.ElementCount, 1);
        return all.Slice(Index * size, size);
    }
}
