namespace Hyperdiff;

/// <summary>Thrown when an operation on a matrix has no result: which operation, which matrix of a batch, where in it, and what to do. No function of
/// <see cref="Linalg"/> returns NaN instead.</summary>
public sealed class LinearAlgebraException : ArithmeticException
{
    /// <summary>An exception without a message.</summary>
    public LinearAlgebraException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public LinearAlgebraException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    public LinearAlgebraException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal LinearAlgebraException(string message, LinearAlgebraFailure failure, int item, int position)
        : base(message) => (Failure, Item, Position) = (failure, item, position);

    /// <summary>What is wrong with the matrix.</summary>
    public LinearAlgebraFailure Failure { get; }

    /// <summary>Which matrix, counted over all leading axes in row-major order; 0 if there is one.</summary>
    public int Item { get; }

    /// <summary>Which pivot, eigenvalue, singular value or row, from 0; −1 if the failure has no place.</summary>
    public int Position { get; } = -1;
}
