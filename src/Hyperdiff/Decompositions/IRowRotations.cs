namespace Hyperdiff.Decompositions;

/// <summary>What the rotations of an iteration turn: the rows of a matrix of vectors, at once or many sweeps later.</summary>
internal interface IRowRotations
{
    /// <summary>A sweep of rotations of neighbors begins, from these rows on.</summary>
    /// <param name="low">The first row.</param>
    /// <param name="high">The last row.</param>
    void Begin(int low, int high);

    /// <summary>Rows k and k + 1: <c>x ← c x + s y</c>, <c>y ← c y − s x</c>; k ascends within a sweep.</summary>
    void Rotate(int k, double c, double s);
}
