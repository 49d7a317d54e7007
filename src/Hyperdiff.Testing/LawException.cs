namespace Hyperdiff.Testing;

/// <summary>Thrown where laws that must hold do not.</summary>
public sealed class LawException : Exception
{
    /// <summary>An exception without a report.</summary>
    public LawException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public LawException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    public LawException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
