namespace Hyperdiff.Graphs;

/// <summary>A compiled graph. Two threads may run it at once.</summary>
public interface IExecutable
{
    /// <summary>Computes the outputs of the graph, followed by its reports.</summary>
    /// <param name="operands">One concrete tensor per input, of its type.</param>
    Tensor[] Run(ReadOnlySpan<Tensor> operands);
}
