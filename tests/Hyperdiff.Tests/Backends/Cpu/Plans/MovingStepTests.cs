using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Backends.Cpu.Plans;

/// <summary>Work that moves elements, large enough that threads share it, against its definition.</summary>
public sealed class MovingStepTests
{
    public static TheoryData<string> Names => [.. s_operations.Keys];

    private static readonly Dictionary<string, (Operation Operation, Shape Shape)> s_operations = new()
    {
        ["windows"] = (new Windows([3, 3], [14, 12], [1, 1], [1, 1]), [40, 3, 16, 14]),
        ["windows with strides"] = (new Windows([3, 2], [7, 5], [2, 3], [1, 2]), [400, 16, 16]),
        ["overlap"] = (new OverlapAdd([16, 14], [1, 1], [1, 1]), [40, 3, 3, 3, 14, 12]),
        ["overlap with strides"] = (new OverlapAdd([16, 16], [2, 3], [1, 2]), [400, 3, 2, 7, 5]),
        ["overlap along the first axis"] = (new OverlapAdd([90, 90], [1, 1], [1, 1]), [7, 6, 80, 80]),
        ["padding"] = (new Pad([60, 45, 37], [1, 2, 36], [1, 1, -1]), [50, 40, 36]),
        ["permutation"] = (new Permute([2, 0, 3, 1]), [20, 30, 9, 17]),
        ["stretch"] = (new BroadcastTo([40, 30, 20, 10]), [40, 1, 20, 1]),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void LargeWork_IsItsDefinition_WhateverTheThreads(string name)
    {
        (Operation operation, Shape shape) = s_operations[name];
        Tensor x = Draw.Normal(1, shape);
        Graph graph = TracedFunction.Of(operands => operation.Apply(operands), [x]).Graph;
        Tensor expected = ReferenceBackend.Instance.Compile(graph).Run([x])[0];
        Tensor one = CpuBackend.WithThreads(1).Compile(graph).Run([x])[0], three = CpuBackend.WithThreads(3).Compile(graph).Run([x])[0];

        // the definition of sums, too, adds these few numbers in this order
        BackendAssert.SameBits(expected, one);
        BackendAssert.SameBits(one, three);
    }
}
