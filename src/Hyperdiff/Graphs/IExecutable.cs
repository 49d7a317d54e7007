namespace Hyperdiff.Graphs;

/// <summary>A compiled graph. Two threads may run it at once.</summary>
public interface IExecutable
{
    /// <summary>The memory that a call takes at its peak, its results included and its operands not: what the plan laid out, in bytes.</summary>
    long PeakBytes { get; }

    /// <summary>Computes the outputs of the graph, followed by its reports.</summary>
    /// <param name="operands">One concrete tensor per input, of its shape and element type.</param>
    Tensor[] Run(ReadOnlySpan<Tensor> operands);

    /// <summary>Computes the outputs of the graph, followed by its reports, into memory of the caller.</summary>
    /// <param name="operands">One concrete tensor per input, of its shape and element type.</param>
    /// <param name="results">One tensor per output and report, of its type: memory of <see cref="IBackend.Allocate"/>, or a part of it, that overlaps no
    /// operand and no other result. Reports are numbers for the host, so theirs is memory of the host.</param>
    void RunInto(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results);
}
