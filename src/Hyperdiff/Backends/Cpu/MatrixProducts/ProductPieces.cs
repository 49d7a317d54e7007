namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>A large product of one matrix with another that is computed some rows at a time, by those who go on with these rows.</summary>
/// <remarks>An element has the bits that <see cref="MatrixProduct"/> gives it, whatever the rows of a piece. Instances are immutable.</remarks>
internal abstract unsafe class ProductPieces<T>
    where T : unmanaged
{
    /// <summary>How many elements the panels of B are.</summary>
    public abstract int Panels { get; }

    /// <summary>Into how many parts B is cut that are packed by themselves.</summary>
    public abstract int Parts { get; }

    /// <summary>Packs a part of B.</summary>
    /// <param name="right">B.</param>
    /// <param name="panels">Where its panels go.</param>
    /// <param name="part">Which part.</param>
    public abstract void Pack(T* right, T* panels, int part);

    /// <summary>Computes some rows.</summary>
    /// <param name="left">A.</param>
    /// <param name="panels">The panels of B, all of them packed.</param>
    /// <param name="result">C.</param>
    /// <param name="row">The first row.</param>
    /// <param name="rows">How many.</param>
    public abstract void Multiply(T* left, T* panels, T* result, int row, int rows);
}
