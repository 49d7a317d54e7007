using System.Collections.Concurrent;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;

namespace Hyperdiff.Testing;

/// <summary>A function of tensors as a user writes it, with operands: called with tensors of a backend, and run there as a graph, it gives what the definitions
/// of the primitives give.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Closeness">How near a backend must come.</param>
/// <param name="Function">The function, of any floating type.</param>
/// <param name="Operands">Its operands, whose floating numbers are brought to the type that the backend has.</param>
internal sealed record SampleProgram(string Name, Closeness Closeness, Func<Tensor[], Tensor[]> Function, params Tensor[] Operands)
{
    private readonly ConcurrentDictionary<DType, (TracedFunction Traced, Tensor[] Expected)> _expected = new();

    /// <summary>The case of this program.</summary>
    public ConformanceCase In(string area) => new(area, Name, Check);

    private string? Check(BackendSubject subject)
    {
        DType dtype = subject.Floating().First();
        Tensor[] operands = [.. Operands.Select(operand => operand.DType.IsFloating() ? operand.To(dtype) : operand)];
        (TracedFunction traced, Tensor[] expected) = _expected.GetOrAdd(dtype, _ =>
        {
            TracedFunction made = TracedFunction.Of(Function, operands);
            return (made, made.Graph.Run(ReferenceBackend.Instance, [.. operands, .. made.Captures]).Outputs);
        });
        return Closeness.Difference(expected, subject.Run(traced.Graph, [.. operands, .. traced.Captures])) is { } compiled ? $"as a graph: {compiled}"
            : subject.OwnsMemory && Closeness.Difference(expected, subject.Read(Function(subject.Place(operands)))) is { } called ? $"called: {called}" : null;
    }
}
