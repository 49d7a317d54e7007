using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The graphs of an objective over samples, on all of them or chunk by chunk.</summary>
/// <param name="Whole">f on all samples.</param>
/// <param name="Active">The inputs that are differentiated.</param>
/// <param name="Samples">n.</param>
/// <param name="SampleInputs">The inputs that hold samples along their first axis.</param>
/// <param name="OfSamples">The graph of f on so many samples.</param>
internal sealed record ChunkedGraphs(Graph Whole, Axes Active, int Samples, ImmutableArray<int> SampleInputs, Func<int, Graph> OfSamples)
{
    /// <summary>The largest chunks, of n/2ᵏ samples, with which a gradient takes no more than some memory besides its operands and results.</summary>
    /// <exception cref="InvalidOperationException">It takes more with one sample alone.</exception>
    public int Within(long bytes) => Whole.Derive(new WithinKey(bytes), _ => new StrongBox<int>(Largest(bytes))).Value;

    /// <summary>f chunk by chunk.</summary>
    public Graph InChunksOf(int size) => size >= Samples ? Whole : Whole.Derive(new Key(size), _ => Simplification.Of(
        TracedFunction.Of(operands => [Mean(size, operands)], [.. Whole.Inputs.Select(input => input.Type)]).Graph));

    private int Largest(long bytes)
    {
        int size = Samples;
        long needed = Needed(size);
        while (needed > bytes)
        {
            if (size == 1)
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"WithinMemory: a gradient takes {needed} bytes with one sample at a time, and {bytes} were allowed; allow more."));
            }

            size = (size + 1) / 2;
            needed = Needed(size);
        }

        return size;
    }

    private long Needed(int size) => Derivatives.Gradient(InChunksOf(size), Active).Executable(HostExecution.Backend).PeakBytes;

    private Tensor Mean(int size, Tensor[] operands)
    {
        (int chunks, int left) = (Samples / size, Samples % size);
        Tensor[] stacks = [.. SampleInputs.Select(
            input => operands[input].Slice(0, 0, chunks * size).Reshape([chunks, size, .. operands[input].Shape.Sizes[1..]]))];
        Graph chunk = OfSamples(size);
        (Tensor sum, _) = Loop.Scan<Tensor, Tensor[], ValueTuple>(
            (sum, rows) => (sum + chunk.Call(With(operands, rows)).Outputs[0], default),
            Tensor.Zeros([], Whole.Outputs[0].Type.DType),
            stacks,
            Tree.Tensor,
            Tree.Array(Tree.Tensor),
            Tree.Unit,
            Checkpointing.Every(1));
        Tensor mean = size / (double)Samples * sum;
        if (left > 0)
        {
            Tensor[] rest = [.. SampleInputs.Select(input => operands[input].Slice(0, chunks * size, Samples))];
            mean += left / (double)Samples * OfSamples(left).Call(With(operands, rest)).Outputs[0];
        }

        return mean;
    }

    private Tensor[] With(Tensor[] operands, Tensor[] samples)
    {
        Tensor[] all = [.. operands];
        for (int i = 0; i < samples.Length; i++)
        {
            all[SampleInputs[i]] = samples[i];
        }

        return all;
    }

    private readonly record struct Key(int Size) : IDerivation<Graph>;

    private readonly record struct WithinKey(long Bytes) : IDerivation<StrongBox<int>>;
}
