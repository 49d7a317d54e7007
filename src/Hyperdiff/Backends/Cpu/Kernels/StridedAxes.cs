using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The axes along which memory is walked, each by a step of its own; neighboring ones that are walked as one are joined.</summary>
internal static class StridedAxes
{
    /// <summary>About 20 µs of moving elements, well beyond what it costs to wake a thread.</summary>
    public const int ElementsPerPart = 1 << 15;

    /// <summary>Sizes and steps of the joined axes: at least one, none of size 1 but a single one.</summary>
    /// <param name="shape">The axes.</param>
    /// <param name="steps">How far the walk moves when an index grows by 1.</param>
    public static (int[] Sizes, int[] Steps) Join(Shape shape, ReadOnlySpan<int> steps)
    {
        var joined = new List<(int Size, int Step)>();
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            int size = shape[axis];
            if (size == 1)
            {
                continue;
            }

            if (joined.Count > 0 && joined[^1].Step == size * steps[axis])
            {
                joined[^1] = (joined[^1].Size * size, steps[axis]);
            }
            else
            {
                joined.Add((size, steps[axis]));
            }
        }

        if (joined.Count == 0)
        {
            joined.Add((1, 1));
        }

        return ([.. joined.Select(axis => axis.Size)], [.. joined.Select(axis => axis.Step)]);
    }

    /// <summary>The outermost of joined axes cut into parts of elements enough to share; into one if it is the only one, which is walked as a line.</summary>
    /// <param name="sizes">The axes.</param>
    /// <param name="each">How many elements are read for one place along them.</param>
    /// <param name="leastOfTwo">The fewest indices of a part, of two axes.</param>
    public static EvenSplit Cut(int[] sizes, int each = 1, int leastOfTwo = 1)
    {
        if (sizes.Length == 1)
        {
            return new EvenSplit(sizes[0], 1);
        }

        long inner = each;
        foreach (int size in sizes.AsSpan(1))
        {
            inner *= size;
        }

        return EvenSplit.ByLimit(sizes[0], (int)Math.Max(sizes.Length == 2 ? leastOfTwo : 1, ElementsPerPart / Math.Max(inner, 1)));
    }

    /// <summary>The places of elements, in row-major order, along axes of which each has a step of its own.</summary>
    public static int[] Places(ReadOnlySpan<int> sizes, ReadOnlySpan<int> steps)
    {
        int count = 1;
        foreach (int size in sizes)
        {
            count *= size;
        }

        int[] places = new int[count];
        for (int i = 0; i < places.Length; i++)
        {
            int rest = i;
            for (int axis = sizes.Length - 1; axis >= 0; axis--)
            {
                places[i] += rest % sizes[axis] * steps[axis];
                rest /= sizes[axis];
            }
        }

        return places;
    }
}
