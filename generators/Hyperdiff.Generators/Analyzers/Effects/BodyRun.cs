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

    private void Run(ControlFlowGraph graph)
    {
        var states = new BlockStates(graph);
        states.Enter(0, Start());
        while (states.Next() is { } block)
        {
            _locals = states.At(block);
            EnterHandlers(states, block);
            foreach (IOperation operation in block.Operations)
            {
                Evaluate(operation);
            }

            Leave(block);
            EnterHandlers(states, block);
            foreach (ControlFlowBranch branch in new[] { block.FallThroughSuccessor, block.ConditionalSuccessor }.OfType<ControlFlowBranch>())
            {
                Follow(states, branch);
            }
        }
    }

    // an exception may leave a block of a try anywhere; its handlers see the variables before and after
    private void EnterHandlers(BlockStates states, BasicBlock block)
    {
        foreach (int handler in Handlers(block))
        {
            states.Enter(handler, _locals);
        }
    }

    private void Follow(BlockStates states, ControlFlowBranch branch)
    {
        if (branch.Destination is not { IsReachable: true } destination)
        {
            return;
        }

        if (!branch.FinallyRegions.IsDefaultOrEmpty)
        {
            // what a finally block assigns joins what it found
            foreach (ControlFlowRegion region in branch.FinallyRegions)
            {
                states.Enter(region.FirstBlockOrdinal, _locals);
                states.JoinInto(_locals, region.LastBlockOrdinal);
            }
        }

        states.Enter(destination.Ordinal, _locals);
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
            Value used = Evaluate(value);
            if (block.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.Throw && block.ConditionalSuccessor is null)
            {
                Grow(analysis.Thrown, used, joined => analysis.Thrown = joined);
            }
        }
    }

    private void AddResult(Value value)
    {
        Value joined = frame.Result.Join(value);
        analysis.Changed |= !ReferenceEquals(joined, frame.Result);
        frame.Result = joined;
    }

    // beyond the root of a lambda or local function lie the regions of the graph around it, which number other blocks
    private IEnumerable<int> Handlers(BasicBlock block)
    {
        for (ControlFlowRegion? region = block.EnclosingRegion; region is not null && !ReferenceEquals(region, _graph.Root); region = region.EnclosingRegion)
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
