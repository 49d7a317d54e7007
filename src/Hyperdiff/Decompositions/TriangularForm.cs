namespace Hyperdiff.Decompositions;

/// <summary>How a triangle of a square matrix is read: op(T), where T is the lower or the upper triangle and op the transpose or nothing.</summary>
/// <param name="Lower">Whether T is the lower triangle; the other one is not read.</param>
/// <param name="Transpose">Whether op transposes.</param>
/// <param name="UnitDiagonal">Whether the diagonal of T is 1, and what stands there is not read.</param>
internal readonly record struct TriangularForm(bool Lower, bool Transpose, bool UnitDiagonal)
{
    /// <summary>Whether op(T) is lower triangular, so that substitution begins with the first row.</summary>
    public bool Forward => Lower != Transpose;
}
