namespace Hyperdiff.Examples;

/// <summary>The file cannot be used as a data set. The message is one line that names the file, and the row and the column where there is one.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>An exception without a message.</summary>
    public DatasetException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public DatasetException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    public DatasetException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
