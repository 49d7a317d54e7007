namespace Hyperdiff;

/// <summary>Thrown when the shapes given to an operation do not fit together. The message names the operation, the shapes and the remedy.</summary>
public sealed class ShapeMismatchException : ArgumentException
{
    /// <summary>An exception without a message.</summary>
    public ShapeMismatchException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public ShapeMismatchException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    public ShapeMismatchException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
