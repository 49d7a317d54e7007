using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>The packed panels of a right factor, for as long as calls bring the same matrix, as the updates of an equilibrium network bring its weights.
/// </summary>
/// <remarks>
/// Beside the packing, this saves what a thread fetches from another's cache to read the other's part of the panels, in every update. It serves one call at
/// a time. Neither the matrix nor, between calls, the memory is held on to.
/// </remarks>
internal sealed class KeptPanels
{
    private readonly WeakReference<TensorStorage?> _matrix = new(null);
    private readonly WeakReference<AlignedArray?> _memory = new(null);
    private bool _recurs;
    private bool _isPacked;

    /// <summary>Whether panels that were packed for keeps are those of the matrix.</summary>
    public bool IsPacked => _isPacked;

    /// <summary>Says which matrix a call brings.</summary>
    /// <param name="matrix">Its storage; null for memory that is written to again, of which nothing can be kept.</param>
    public void Bring(TensorStorage? matrix)
    {
        bool isSame = matrix is not null && _matrix.TryGetTarget(out TensorStorage? before) && ReferenceEquals(before, matrix);
        if (!isSame)
        {
            _matrix.SetTarget(matrix);
            _isPacked = false;
        }

        _recurs = isSame;
    }

    /// <summary>Memory for so many elements of panels, packed or to be packed; null if the matrix was not there in the call before.</summary>
    /// <param name="dtype">The element type.</param>
    /// <param name="length">How many elements.</param>
    public AlignedArray? Memory(DType dtype, int length)
    {
        if (!_recurs)
        {
            return null;
        }

        if (!_memory.TryGetTarget(out AlignedArray? memory) || memory.Length != length)
        {
            memory = AlignedArray.Allocate(dtype, length);
            _memory.SetTarget(memory);
            _isPacked = false;
        }

        return memory;
    }

    /// <summary>Says that all panels are packed.</summary>
    public void Packed() => _isPacked = _recurs;
}
