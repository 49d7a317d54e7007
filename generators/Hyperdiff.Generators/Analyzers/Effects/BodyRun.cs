using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>Runs the graphs of one activation: the value of every variable at every block, joined where paths meet.</summary>
internal sealed partial class BodyRun(Interpretation analysis, Frame frame)
{
    private Dictionary<ISymbol, Value> _locals = new(SymbolEqualityComparer.Default);
    private ControlFlowGraph _graph = null!;

    public void Execute()
    {
        foreach (ControlFlowGraph graph in frame.Body!.Graphs)
        {
            _graph = graph;
            Run(graph);
        }
    }

    private static bool Merge(Dictionary<ISymbol, Value> into, Dictionary<ISymbol, Value> from)
    {
        bool changed = false;
        foreach (KeyValuePair<ISymbol, Value> variable in from)
        {
            if (!into.TryGetValue(variable.Key, out Value? held))
            {
                into[variable.Key] = variable.Value;
                changed = true;
            }
            else if (held.Join(variable.Value) is var joined && !ReferenceEquals(joined, held))
            {
                into[variable.Key] = joined;
                changed = true;
            }
        }

        return changed;
    }

    private void Run(ControlFlowGraph graph)
    {
        var entering = new Dictionary<ISymbol, Value>?[graph.Blocks.Length];
        var waiting = new SortedSet<int> { 0 };
        entering[0] = Start();

        void Flow(int block, Dictionary<ISymbol, Value> state)
        {
            if (entering[block] is not { } known)
            {
                entering[block] = new(state, SymbolEqualityComparer.Default);
                waiting.Add(block);
            }
            else if (Merge(known, state))
            {
                waiting.Add(block);
            }
        }

        while (waiting.Count > 0)
        {
            int ordinal = waiting.Min;
            waiting.Remove(ordinal);
            BasicBlock block = graph.Blocks[ordinal];
            _locals = new(entering[ordinal]!, SymbolEqualityComparer.Default);
            foreach (int handler in Handlers(block))
            {
                Flow(handler, _locals);
            }

            foreach (IOperation operation in block.Operations)
            {
                Evaluate(operation);
            }

            Leave(block);
            foreach (int handler in Handlers(block))
            {
                Flow(handler, _locals);
            }

            foreach (ControlFlowBranch branch in new[] { block.FallThroughSuccessor, block.ConditionalSuccessor }.OfType<ControlFlowBranch>())
            {
                if (branch.Destination is { IsReachable: true } next && !branch.FinallyRegions.IsDefaultOrEmpty)
                {
                    // what a finally block assigns joins what it found
                    foreach (ControlFlowRegion region in branch.FinallyRegions)
                    {
                        Flow(region.FirstBlockOrdinal, _locals);
                        if (entering[region.LastBlockOrdinal] is { } after)
                        {
                            Merge(_locals, after);
                        }
                    }

                    Flow(next.Ordinal, _locals);
                }
                else if (branch.Destination is { IsReachable: true } destination)
                {
                    Flow(destination.Ordinal, _locals);
                }
            }
        }
    }

    private Dictionary<ISymbol, Value> Start()
    {
        var start = new Dictionary<ISymbol, Value>(SymbolEqualityComparer.Default);
        foreach (KeyValuePair<ISymbol, Value> argument in frame.Arguments)
        {
            if (IsShared(argument.Key))
            {
                analysis.Changed |= frame.Cell(argument.Key).Store(AbstractObject.Element, argument.Value);
            }
            else
            {
                start[argument.Key] = argument.Value;
            }
        }

        return start;
    }

    private void Leave(BasicBlock block)
    {
        if (block.BranchValue is not { } value)
        {
            return;
        }

        if (block.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.Return && block.ConditionalSuccessor is null)
        {
            AddResult(frame.Symbol is IMethodSymbol { ReturnsByRef: true } or IMethodSymbol { ReturnsByRefReadonly: true } ? Places(value) : Evaluate(value));
        }
        else
        {
            Evaluate(value);
        }
    }

    private void AddResult(Value value)
    {
        Value joined = frame.Result.Join(value);
        analysis.Changed |= !ReferenceEquals(joined, frame.Result);
        frame.Result = joined;
    }

    // an exception may leave a block of a try anywhere; its handlers see the variables before and after
    private static IEnumerable<int> Handlers(BasicBlock block)
    {
        for (ControlFlowRegion? region = block.EnclosingRegion; region is not null; region = region.EnclosingRegion)
        {
            if (region.Kind == ControlFlowRegionKind.Try && region.EnclosingRegion is { } around)
            {
                foreach (ControlFlowRegion handler in around.NestedRegions.Where(nested => nested.Kind != ControlFlowRegionKind.Try))
                {
                    yield return handler.FirstBlockOrdinal;
                }
            }
        }
    }
}
