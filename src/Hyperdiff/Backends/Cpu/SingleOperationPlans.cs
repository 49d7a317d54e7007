using System.Collections.Concurrent;
using Hyperdiff.Backends.Cpu.Planning;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu;

/// <summary>Plans of one operation on one tensor, for operations that work without a graph: as fast there, and the same bits.</summary>
internal sealed class SingleOperationPlans(CpuResources resources)
{
    // a program that goes through more shapes than this starts again
    private const int Most = 1024;

    private readonly ConcurrentDictionary<(Operation Operation, TensorType Operand), Plan> _plans = new();

    /// <summary>Applies the operation.</summary>
    public Tensor Run(Operation operation, Tensor operand)
    {
        if (!_plans.TryGetValue((operation, operand.Type), out Plan? plan))
        {
            if (_plans.Count >= Most)
            {
                _plans.Clear();
            }

            var builder = new GraphBuilder();
            plan = Planner.Of(builder.Build(builder.Add(operation, builder.Input(operand.Type)).AsSpan()), resources);
            _plans[(operation, operand.Type)] = plan;
        }

        return plan.Run([operand])[0];
    }
}
