namespace Hyperdiff;

/// <summary>A second look at whether a matrix is symmetric, where an iteration for symmetric ones goes as if it were not: random vectors may have overlooked
/// it.</summary>
/// <param name="system">The system.</param>
/// <param name="seed">Of the random vectors: not that of the first look.</param>
internal sealed class SymmetryDoubt(LinearSystem system, int seed)
{
    private const int Updates = 8;

    private double _first;

    /// <summary>Whether the matrix is not symmetric after all.</summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>What the look took.</summary>
    public int Products { get; private set; }

    /// <summary>Whether to give the iteration up: where eight updates leave a residual that is not below that of the start, and other random vectors tell the
    /// matrix from a symmetric one.</summary>
    /// <param name="updates">How many were made; 0 at the start.</param>
    /// <param name="residual">The residual after them.</param>
    public bool GivesUp(int updates, double residual)
    {
        if (updates == 0)
        {
            _first = residual;
        }

        if (updates == Updates && !(residual < _first))
        {
            Look();
        }

        return IsConfirmed;
    }

    /// <summary>Looks at the matrix, if that was not done before.</summary>
    public void Look()
    {
        if (Products == 0)
        {
            var probe = OperatorProbe.Of(system.Matrix, seed);
            (IsConfirmed, Products) = (!probe.IsSymmetric(system.Epsilon), probe.Products);
        }
    }
}
