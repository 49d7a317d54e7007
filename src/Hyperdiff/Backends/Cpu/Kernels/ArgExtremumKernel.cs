using System.Numerics;
using System.Numerics.Tensors;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Where the greatest or smallest element of a line is: found by vectors, and then looked for. Lines that are not one run in memory go by the
/// definition.</summary>
internal sealed class ArgExtremumKernel<T>(ArgExtremum extremum) : OperationKernel
    where T : unmanaged, INumber<T>
{
    // about ten microseconds
    private const int ElementsPerPart = 1 << 15;

    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<HostArray> operands, HostArray result, WorkerPool pool)
    {
        Shape shape = operands[0].Type.Shape;
        int size = shape[extremum.Axis];
        if (shape.Strides()[extremum.Axis] != 1)
        {
            extremum.Evaluate(operands, result);
            return;
        }

        var split = EvenSplit.ByLimit(result.Count, Math.Max(1, ElementsPerPart / size));
        pool.Run(split.Parts, new Lines(extremum is ArgMax, split, operands[0], result));
    }

    private readonly struct Lines(bool isGreatest, EvenSplit split, HostArray x, HostArray result) : ITileWork
    {
        public void Execute(int tile)
        {
            Span<int> found = result.AsSpan<int>();
            int size = x.Count / found.Length;
            for (int line = split.Start(tile); line < split.Start(tile + 1); line++)
            {
                // NaN wins here, and is equal to itself where elements are looked for
                ReadOnlySpan<T> elements = x.AsSpan<T>().Slice(line * size, size);
                found[line] = elements.IndexOf(isGreatest ? TensorPrimitives.Max(elements) : TensorPrimitives.Min(elements));
            }
        }
    }
}
