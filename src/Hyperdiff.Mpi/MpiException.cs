namespace Hyperdiff.Mpi;

/// <summary>MPI cannot do what it is asked for: there is no library, it is not that of the launcher, or a call of it failed. The message says what to
/// do.</summary>
public sealed class MpiException : Exception
{
    /// <summary>An exception without a message.</summary>
    public MpiException()
    {
    }

    /// <summary>An exception with a message.</summary>
    /// <param name="message">What failed, and what to do.</param>
    public MpiException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    /// <param name="message">What failed, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public MpiException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
