namespace Hyperdiff.Mpi;

/// <content>Long sums.</content>
public sealed unsafe partial class MpiRanks
{
    // what stays in the cache of a processor, and is long enough that the latency of a network does not count
    private const int PartBytes = 1 << 20;

    // exchanges in flight: two of slices, two of their sums
    private const int Slices = 0;
    private const int Sums = 2;

    private byte[] _places = [];

    /// <inheritdoc/>
    /// <remarks>In parts: while one is added, the slices of the next and the sums of the last travel.</remarks>
    protected override void SumSlices<T>(Span<T> values)
    {
        IMpi mpi = Usable();
        int most = Math.Max(PartBytes / sizeof(T) / Count, 1) * Count, parts = (values.Length + most - 1) / most;
        if (_places.Length < 2 * most * sizeof(T))
        {
            _places = GC.AllocateUninitializedArray<byte>(2 * most * sizeof(T), pinned: true);
        }

        fixed (T* first = values)
        fixed (byte* places = _places)
        {
            try
            {
                // parts take turns with two places, and with two exchanges of each kind
                for (int next = 0; next <= parts; next++)
                {
                    if (next < parts)
                    {
                        int bytes = Math.Min(most, values.Length - (next * most)) / Count * sizeof(T);
                        mpi.StartAllToAll(Slices + (next % 2), (byte*)(first + (next * most)), bytes, places + (next % 2 * most * sizeof(T)));
                    }

                    int part = next - 1, turn = part & 1;
                    if (part >= 0)
                    {
                        int slice = Math.Min(most, values.Length - (part * most)) / Count;
                        T* sums = first + (part * most);
                        Finish(Slices + turn);
                        AddInOrder(new ReadOnlySpan<T>(places + (turn * most * sizeof(T)), Count * slice), slice, new Span<T>(sums + (Rank * slice), slice));
                        if (part > 1)
                        {
                            Finish(Sums + turn);
                        }

                        mpi.StartAllGatherInPlace(Sums + turn, (byte*)sums, slice * sizeof(T));
                    }
                }

                for (int part = Math.Max(parts - 2, 0); part < parts; part++)
                {
                    Finish(Sums + (part % 2));
                }
            }
            catch (MpiException failure)
            {
                // what else is in flight goes on writing to memory that would be given back
                EndAll(failure);
            }
        }
    }
}
