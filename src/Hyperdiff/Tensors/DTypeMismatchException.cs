namespace Hyperdiff;

/// <summary>Thrown when the element types given to an operation do not fit together. The message names the operation, the types and the remedy.</summary>
public sealed class DTypeMismatchException : ArgumentException
{
    /// <summary>An exception without a message.</summary>
    public DTypeMismatchException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public DTypeMismatchException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    public DTypeMismatchException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
