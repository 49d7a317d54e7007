using Hyperdiff.Backends.Cpu.Planning;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu;

/// <summary>Plans of one operation on one tensor, for operations that work without a graph: as fast there, and the same bits.</summary>
internal sealed class SingleOperationPlans(CpuResources resources)
{
    private const int MostPlans = 256;

    private readonly RecentlyUsed<(Operation Operation, TensorType Operand), Plan> _plans = new(MostPlans);

    /// <summary>Applies the operation.</summary>
    public Tensor Run(Operation operation, Tensor operand)
    {
        (Operation, TensorType) key = (operation, operand.Type);
        if (_plans.Find(key) is not { } plan)
        {
            var builder = new GraphBuilder();
            plan = _plans.Keep(key, Planner.Of(builder.Build(builder.Add(operation, builder.Input(operand.Type)).AsSpan()), resources));
        }

        return plan.Run([operand])[0];
    }
}
