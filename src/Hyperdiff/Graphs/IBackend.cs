namespace Hyperdiff.Graphs;

/// <summary>Compiles graphs and runs them.</summary>
public interface IBackend
{
    /// <summary>The name in messages and reports, with the choices that were made: <c>cpu (OpenBLAS 0.3.21, 2 threads)</c>.</summary>
    string Name { get; }

    /// <summary>Plans a graph. Compiling is pure: the plan depends on the graph alone.</summary>
    IExecutable Compile(Graph graph);

    /// <summary>Applies one primitive to concrete operands, outside any graph.</summary>
    Tensor[] Execute(Primitive primitive, ReadOnlySpan<Tensor> operands);
}
