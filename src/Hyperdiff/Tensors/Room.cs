using System.Globalization;

namespace Hyperdiff;

/// <summary>Whether there is room for elements in host memory: what can never be held is refused by name before it is asked for, since an operating system that
/// promises more than it has ends the process instead.</summary>
internal static class Room
{
    // below, the question costs more than it is worth
    private const long Large = 1L << 26;

    private const double Gibi = 1L << 30;

    private const string Remedy = "use fewer elements, or a part at a time (slices, minibatches, checkpoints in loops)";

    /// <summary>Refuses what this process can never hold.</summary>
    /// <param name="type">Elements that are about to be written out.</param>
    /// <exception cref="ArgumentException">They are more than an array holds, or than the memory of the process.</exception>
    public static void Require(TensorType type)
    {
        if (type.Bytes >= Large && Refusal(type.ToString(), type.Shape.ElementCount, type.Bytes, Most()) is { } refusal)
        {
            throw new ArgumentException($"{refusal}: {Remedy}{(type.DType == DType.Float64 ? ", or float32" : string.Empty)}.");
        }
    }

    /// <summary>Memory for the matrix of a linear system, in float64.</summary>
    /// <param name="size">The number of unknowns.</param>
    /// <exception cref="ArgumentException">Its elements are more than an array holds, or than the memory of the process.</exception>
    /// <exception cref="InsufficientMemoryException">There is not so much left.</exception>
    public static double[,] ForMatrix(int size)
    {
        string what = $"the matrix of a system of {size} unknowns, float64 [{size}, {size}]";
        double count = (double)size * size, bytes = sizeof(double) * count;
        if (bytes >= Large && Refusal(what, count, bytes, Most()) is { } refusal)
        {
            throw new ArgumentException($"{refusal}: solve by products alone (LinearSolver.Gmres, LinearSolver.ConjugateGradient, LinearSolver.Lsmr).");
        }

        try
        {
            return new double[size, size];
        }
        catch (OutOfMemoryException exception)
        {
            throw Exhausted(what, exception);
        }
    }

    /// <summary>Why so much can never be held; null if it can.</summary>
    /// <param name="what">What for.</param>
    /// <param name="count">The number of elements.</param>
    /// <param name="bytes">Their memory.</param>
    /// <param name="most">The memory of the process.</param>
    internal static string? Refusal(string what, double count, double bytes, double most) =>
        count > Array.MaxLength ? string.Create(CultureInfo.InvariantCulture, $"{what} has more elements than an array holds, {Array.MaxLength}")
        : bytes > most ? $"{what} takes {Size(bytes)}, more than the {Size(most)} that this process may have"
        : null;

    /// <summary>Takes memory.</summary>
    /// <param name="type">What for.</param>
    /// <param name="allocate">Takes it.</param>
    /// <exception cref="ArgumentException">This process can never hold so much.</exception>
    /// <exception cref="InsufficientMemoryException">There is not so much left.</exception>
    public static T For<T>(TensorType type, Func<TensorType, T> allocate)
    {
        if (type.Bytes < Large)
        {
            return allocate(type);
        }

        Require(type);
        try
        {
            return allocate(type);
        }
        catch (OutOfMemoryException exception)
        {
            throw Exhausted(type.ToString(), exception);
        }
    }

    /// <summary>What is thrown where memory that the process might have had is not there.</summary>
    /// <param name="what">What needed it.</param>
    /// <param name="exception">What the runtime says.</param>
    public static InsufficientMemoryException Exhausted(string what, OutOfMemoryException exception) =>
        new($"There is no memory left for {what}, in a process that may have {Size(Most())}: {Remedy}.", exception);

    private static double Most() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    private static string Size(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / Gibi:0.0##} GiB");
}
