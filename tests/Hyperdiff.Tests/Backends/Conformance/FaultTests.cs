using Hyperdiff.Decompositions;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Testing;

namespace Hyperdiff.Tests.Backends.Conformance;

/// <summary>Every promise of a backend is broken by one with a fault, and the suite finds it by name.</summary>
public sealed class FaultTests
{
    private static readonly string[] s_compiled =
        ["memory", "primitives", "derivatives", "batches", "edges", "graphs", "plans", "loops", "random bits"];

    /// <summary>The faults: a backend, the case that finds it, and a word of what it says.</summary>
    private static readonly Dictionary<string, (FaultyBackend Backend, string Case, string Word)> s_faults = new()
    {
        ["a function is off by a million units in the last place"] =
            (Wrong<Exp>(y => y * (1 + (1e6 * y.DType.Epsilon()))), "primitives: Exp { } ∂[2, 3]", "at once"),
        ["a function is computed in single precision"] = (Wrong<MatMul>(y => y.To(DType.Float32).To(y.DType)), "primitives: MatMul", "float64, at once"),
        ["a constraint on element types is lost"] =
            (Wrong<Hyperdiff.Primitives.Convert>(y => y.To(DType.Float64)), "primitives: Convert { Target = Float32 }", "instead of float32"),
        ["subnormal numbers are flushed to zero"] =
            (Wrong<Multiply>(y => y.DType.IsFloating() ? Tensor.Where(y.Abs() < 1e-300, 0, y) : y), "edges: Multiply { }", "instead of"),
        ["zero has no sign"] = (Wrong<Negate>(y => y + 0), "edges: Negate { }", "of 0"),
        ["what is not a number is passed over"] =
            (Wrong<Max>(y => y.DType.IsFloating() ? Tensor.Where(y.IsFinite(), y, 3) : y), "edges: Max { Reduced = (0) } of NaN among them", "NaN"),
        ["the first of equal numbers is not the first"] = (Wrong<ArgMax>(y => y + 1), "edges: ArgMax { Reduced = (0), Axis = 0 } of ties", "instead of 1"),
        ["integers wrap around"] = (Caught<Add>(), "edges: Add of integers that does not hold", "instead of OverflowException"),
        ["an index beyond the end is taken for the last"] = (Caught<Take>(), "edges: Take beyond the end", "instead of ArgumentOutOfRangeException"),
        ["random bits are those of another counter"] = (new((primitive, x, right) => primitive is RandomBits bits
            ? (bits with { First = bits.First + 1 }).Apply(x) : right()), "random bits: known answers", "instead of"),
        ["an operand is overwritten"] = (new((primitive, x, right) =>
        {
            Tensor[] results = right();
            if (primitive is Abs)
            {
                results[0].Read().CopyTo(x[0].Read());
            }

            return results;
        }), "primitives: Abs { } ∂[6]", "operands were changed"),
        ["a failure is hidden"] = (Caught<Cholesky>(), "plans: fail as their equations do, and run again", "nothing instead of"),
        ["a loop makes a step less"] = (new((primitive, x, right) => primitive is ScanLoop { Length: > 1 } loop ? Shortened(loop, x) : right()),
            "loops: a number of steps, keeping every residual", "as a graph"),
        ["memory of the caller is not written to"] = (Plans((plan, _) => new FaultyBackend.Other(plan) { RunsInto = (x, _) => plan.Run(x) }),
            "plans: overwrite the same memory", "run 1"),
        ["memory beside that of the caller is written to"] = (Plans((plan, _) => new FaultyBackend.Other(plan)
        {
            RunsInto = (x, results) =>
            {
                plan.RunInto(x, results);
                HostArray first = results[0].Read();
                if (first.Offset > 0)
                {
                    first.Data.SetValue(Activator.CreateInstance(first.Data.GetType().GetElementType()!), first.Offset - 1);
                }
            },
        }), "primitives: Add { } ∂[2, 3] ∂[2, 3]", "beside the part"),
        ["a plan remembers its first operands"] = (Plans((plan, _) =>
        {
            Tensor[]? first = null;
            return new FaultyBackend.Other(plan) { Runs = x => plan.Run(first ??= x) };
        }), "plans: run again with other operands", "the second result"),
        ["a plan has one memory for all threads"] = (Plans((plan, _) =>
        {
            Tensor[] shared = [];
            return new FaultyBackend.Other(plan)
            {
                Runs = x =>
                {
                    shared = x;
                    Thread.Sleep(5);
                    return plan.Run(shared);
                },
            };
        }), "plans: run from several threads at once", "result"),
        ["a plan says that it takes nothing"] = (Plans((plan, _) => new FaultyBackend.Other(plan) { PeakBytes = 0 }), "plans: say what they take at their peak",
            "says that it takes 0"),
        ["a plan says that it takes too much"] = (Plans((plan, _) => new FaultyBackend.Other(plan) { PeakBytes = 100 * plan.PeakBytes }),
            "plans: say what they take at their peak", "all of whose values take"),
        ["a result is given twice"] = (Plans((plan, graph) => new FaultyBackend.Other(plan) { Runs = x => [.. plan.Run(x).Select((y, i) => i > 0
            && graph.Outputs[i].Type == graph.Outputs[0].Type ? plan.Run(x)[0] : y)] }), "graphs: axes apart", "instead of"),
        ["a window begins at the first element of its memory"] = (new() { Placed = tensor => tensor.Storage is HostStorage
            && tensor.Read() is { Offset: > 0 } window ? Tensor.FromHost(new HostArray(window.Type, window.Data)) : tensor },
            "memory: a window of host memory", "a row"),
        ["a tensor is copied whenever it is brought"] = (new() { Placed = tensor => tensor.Storage is HostStorage { IsReused: false }
            ? Tensor.FromHost(Copy(tensor)) : tensor }, "memory: a round trip of float64 [2, 3]", "another tensor"),
        ["zeros are none"] = (new() { Zeros = memory => { memory.Overwrite(Tensor.Ones(memory.Shape, memory.DType)); return memory; } },
            "memory: parts and zeros of float64", "zeros"),
        ["a scalar is repeated once too few"] = (new() { Placed = tensor => tensor.Storage is UniformStorage && tensor.Rank == 1 && tensor.Count > 1
            ? Tensor.Concat(0, tensor[1..], Tensor.Ones([1], tensor.DType)) : tensor }, "memory: repeated scalars of float64", "of shape [3]"),
    };

    public static TheoryData<string> Faults => new(s_faults.Keys);

    [Theory]
    [MemberData(nameof(Faults))]
    public void AFault_IsFoundByName(string fault)
    {
        (FaultyBackend backend, string name, string word) = s_faults[fault];
        ConformanceReport report = BackendConformance.Run(backend, item => item.ToString().StartsWith(name, StringComparison.Ordinal));

        Assert.NotEmpty(report.Failed);
        Assert.Contains(report.Failed, result => result.Message.Contains(word, StringComparison.Ordinal));
        Assert.Contains(name, Assert.Throws<LawException>(report.EnsureConforms).Message, StringComparison.Ordinal);
        Assert.Throws<LawException>(report.Failed.First().EnsureNotFailed);
    }

    [Fact]
    public void WithoutAFault_ItConforms() => BackendConformance.Run(new FaultyBackend(), item => s_compiled.Contains(item.Area)).EnsureConforms();

    [Fact]
    public void AnElementTypeThatIsRefused_IsLeftOut()
    {
        var backend = new FaultyBackend
        {
            Placed = tensor => tensor.DType == DType.Float64 ? throw new NotSupportedException("no float64 here; use float32") : tensor,
        };
        ConformanceReport report = BackendConformance.Run(backend, item => s_compiled.Contains(item.Area));

        report.EnsureConforms();
        Assert.True(report.Passed.Count() > 10 * report.Skipped.Count(), report.ToString());
        Assert.Contains(report.Skipped, result => result.ToString() == "memory: a round trip of float64 [2, 3]: skipped, faulty refuses float64");
        Assert.Contains("skipped: faulty refuses float64", report.ToString(), StringComparison.Ordinal);
    }

    private static FaultyBackend Wrong<TPrimitive>(Func<Tensor, Tensor> result)
        where TPrimitive : Primitive => new((primitive, _, right) => primitive is TPrimitive ? [.. right().Select(result)] : right());

    // zeros where there is an error
    private static FaultyBackend Caught<TPrimitive>()
        where TPrimitive : Primitive => new((primitive, x, right) =>
    {
        try
        {
            return right();
        }
        catch (Exception) when (primitive is TPrimitive)
        {
            return [.. primitive.Infer([.. x.Select(operand => operand.Type)]).Select(type => Tensor.FromHost(HostArray.Allocate(type)))];
        }
    });

    private static FaultyBackend Plans(Func<IExecutable, Graph, IExecutable> planned) => new() { Planned = planned };

    private static Tensor[] Shortened(ScanLoop loop, Tensor[] operands) =>
        loop is { Slices: 0, Counted: false } && loop.Body.Outputs.Length == loop.Carries
            ? (loop with { Length = loop.Length - 1 }).Apply(operands) : loop.Apply(operands);

    private static HostArray Copy(Tensor tensor)
    {
        HostArray copy = HostArray.Allocate(tensor.Type);
        tensor.Read().CopyTo(copy);
        return copy;
    }
}
