namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>The arena of one element type and its holes: of those that are large enough the smallest is taken, of equals the first; neighbours are
/// joined.</summary>
internal sealed class FreeMemory
{
    // for alignment
    private const int Spare = 64;

    private readonly SortedSet<(int Length, int Position)> _holes = [];
    private readonly Dictionary<int, int> _lengthAt = [];
    private readonly Dictionary<int, int> _startBefore = [];

    /// <summary>The length of the arena.</summary>
    public int Length { get; private set; }

    /// <summary>The position of a place that is now taken.</summary>
    public int Take(int length)
    {
        (int Length, int Position) hole = _holes.GetViewBetween((length, 0), (int.MaxValue, int.MaxValue)).Min;
        if (hole.Length == 0)
        {
            Length = (long)Length + length <= Array.MaxLength - Spare ? Length + length : throw new ArgumentException(
                "Results within a function that are needed at the same time have more elements of one type than an array holds: use smaller batches, or "
                    + "checkpoints in loops.");
            return Length - length;
        }

        Remove(hole);
        if (hole.Length > length)
        {
            Add((hole.Length - length, hole.Position + length));
        }

        return hole.Position;
    }

    /// <summary>Gives a place back.</summary>
    public void Release(int position, int length)
    {
        if (_startBefore.TryGetValue(position, out int start))
        {
            int before = _lengthAt[start];
            Remove((before, start));
            (position, length) = (start, length + before);
        }

        if (_lengthAt.TryGetValue(position + length, out int after))
        {
            Remove((after, position + length));
            length += after;
        }

        Add((length, position));
    }

    private void Add((int Length, int Position) hole)
    {
        _holes.Add(hole);
        _lengthAt[hole.Position] = hole.Length;
        _startBefore[hole.Position + hole.Length] = hole.Position;
    }

    private void Remove((int Length, int Position) hole)
    {
        _holes.Remove(hole);
        _lengthAt.Remove(hole.Position);
        _startBefore.Remove(hole.Position + hole.Length);
    }
}
