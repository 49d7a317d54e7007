using System.Collections.Concurrent;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Testing;

/// <summary>Every primitive on sample operands, in every element type that it takes: at once, compiled, into memory of the backend, and beside host
/// tensors.</summary>
internal static class PrimitiveConformance
{
    // what stands around memory that is written to, and what a plan is to overwrite
    private const double Before = 1;
    private const int Margin = 1;

    private static readonly ConcurrentDictionary<(PrimitiveCase, DType), Tensor[]> s_expected = new();

    /// <summary>One case per line of the registry of primitives; a test of the library fails for a primitive without a line.</summary>
    public static IEnumerable<ConformanceCase> Cases() =>
        PrimitiveCases.All.Select(item => new ConformanceCase("primitives", item.Name,
            subject => subject.Each(dtype => Check(subject, item, dtype), item.DTypes) ?? Discrete(subject, item)));

    /// <summary>A graph of the one equation; a report is not a function of the operands, so it is not an output.</summary>
    public static Graph Graph(Primitive primitive, IEnumerable<TensorType> operands)
    {
        var builder = new GraphBuilder();
        Value[] inputs = [.. operands.Select(builder.Input)];
        return builder.Build([.. builder.Add(primitive, inputs).Where((_, i) => i != primitive.ReportResult)]);
    }

    private static string? Check(BackendSubject subject, Primitive primitive, Tensor[] operands, Tensor[] expected, Closeness closeness)
    {
        Graph graph = Graph(primitive, operands.Select(operand => operand.Type));
        Tensor[] before = subject.Read(operands), placed = subject.Place(operands);
        (string How, Func<Tensor[]> Results)[] ways =
        [
            ("at once", () => subject.Read(subject.Backend.Execute(primitive, placed).Where((_, i) => i != primitive.ReportResult))),
            ("compiled", () => subject.Read(subject.Backend.Compile(graph).Run(placed)[..graph.Outputs.Length])),
            ("into memory of the backend", () => Into(subject, graph, placed)),
            ("with its first operand on the host", () => subject.Read(subject.Backend.Execute(primitive, [.. operands.Take(1), .. placed.Skip(1)])
                .Where((_, i) => i != primitive.ReportResult))),
        ];
        foreach ((string how, Func<Tensor[]> results) in ways)
        {
            if (closeness.Difference(expected, results()) is { } difference)
            {
                return $"{how}: {difference}";
            }
        }

        return Closeness.Exact.Difference(before, subject.Read(placed)) is { } changed ? $"operands were changed: {changed}" : null;
    }

    // integers and truth values instead of numbers, where the primitive takes them
    private static string? Discrete(BackendSubject subject, PrimitiveCase item)
    {
        if (item.Primitive is not Operation operation || item.Operands.All(operand => operand.DType is not null))
        {
            return null;
        }

        foreach (DType dtype in (DType[])[DType.Int32, DType.Bool])
        {
            if (subject.Has(dtype) && Takes(operation, item.At(dtype)) && Check(subject, item, dtype) is { } wrong)
            {
                return $"{dtype.Name()}, {wrong}";
            }
        }

        return null;
    }

    private static bool Takes(Operation operation, Tensor[] operands)
    {
        try
        {
            operation.InferResult([.. operands.Select(operand => operand.Type)]);
            return true;
        }
        catch (DTypeMismatchException)
        {
            return false;
        }
    }

    private static string? Check(BackendSubject subject, PrimitiveCase item, DType dtype)
    {
        Tensor[] operands = item.At(dtype);
        TensorType[] types = item.Primitive.Infer([.. operands.Select(operand => operand.Type)]);
        if (!operands.Select(operand => operand.DType).Concat(types.Select(type => type.DType)).All(subject.Has))
        {
            return null;
        }

        Tensor[] expected = s_expected.GetOrAdd((item, dtype), _ =>
        {
            Graph graph = Graph(item.Primitive, operands.Select(operand => operand.Type));
            return ReferenceBackend.Instance.Compile(graph).Run(operands)[..graph.Outputs.Length];
        });
        return Check(subject, item.Primitive, operands, expected, Closeness.Of(item.Primitive));
    }

    /// <summary>Runs a graph into parts of memory that the backend gave out, twice, and looks at what stands around them.</summary>
    public static Tensor[] Into(BackendSubject subject, Graph graph, Tensor[] placed)
    {
        Tensor[] rooms = [.. graph.Outputs.Select(output => Room(subject, output.Type))];
        Tensor[] parts = [.. rooms.Select((room, i) => Within(room, graph.Outputs[i].Type))];
        Tensor[] results = [.. parts, .. graph.Reports.Select(report => HostMemory.Allocate(report.Value.Type))];
        IExecutable plan = subject.Backend.Compile(graph);
        plan.RunInto(placed, results);
        plan.RunInto(placed, results);
        foreach (Tensor room in rooms)
        {
            double[] all = Closeness.Numbers(subject.Read(room));
            if (all[..Margin].Concat(all[^Margin..]).Any(element => element != Before))
            {
                throw new LawException("it writes beside the part of memory that it was given");
            }
        }

        return subject.Read(parts);
    }

    private static Tensor Room(BackendSubject subject, TensorType type)
    {
        Tensor room = subject.Backend.Allocate(type with { Shape = [type.Shape.ElementCount + (2 * Margin)] });
        room.Overwrite(subject.Place(Tensor.FromHost(Tensor.Full(room.Shape, Before, type.DType).Read())));
        return room;
    }

    private static Tensor Within(Tensor room, TensorType type) => new(type, room.Storage.PartOf(room.Type, type, Margin));
}
