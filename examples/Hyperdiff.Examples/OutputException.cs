namespace Hyperdiff.Examples;

/// <summary>A file of results cannot be written. The message is one line that names the option or the file.</summary>
public sealed class OutputException : Exception
{
    /// <summary>An exception without a message.</summary>
    public OutputException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public OutputException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    public OutputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
