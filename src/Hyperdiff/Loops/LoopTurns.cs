using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>How long a bounded loop goes on, and how many steps each item of it makes. Whether any item goes on is read before each step, what each did at the
/// end.</summary>
internal sealed class LoopTurns
{
    private readonly Func<Tensor[]> _ask;
    private readonly int _items;
    private Tensor[] _answer;
    private int _steps;

    /// <summary>Before the first step.</summary>
    /// <param name="condition">From carries and constants to whether it goes on: for the loop, or for each item.</param>
    /// <param name="items">The number of items; null for a loop of its own.</param>
    /// <param name="run">Runs a graph from carries, constants and these further operands, at the carries at hand.</param>
    public LoopTurns(Graph condition, int? items, Func<Graph, Tensor[], Tensor[]> run)
    {
        _items = items ?? 1;
        if (items is null)
        {
            _ask = () => run(condition, []);
        }
        else
        {
            Graph counting = Counting(condition, _items);
            Tensor counts = Tensor.Zeros([_items], DType.Int32);
            _ask = () => run(counting, [_answer is [_, var counted, _] ? counted : counts]);
        }

        _answer = [];
        _answer = _ask();
    }

    /// <summary>Whether there is another step.</summary>
    public bool GoOn => _answer[0].IsTrue;

    /// <summary>A step was made.</summary>
    public void Next()
    {
        _steps++;
        _answer = _ask();
    }

    /// <summary>The steps of each item, and whether it would go on.</summary>
    public (int[] Steps, bool[] Running) End()
    {
        if (_answer is not [_, var counts, var mask])
        {
            return ([_steps], [GoOn]);
        }

        // an item that goes on was counted for a step that it does not make
        bool[] running = mask.Rank == 0 ? [.. Enumerable.Repeat(mask.IsTrue, _items)] : mask.ToArray<bool>();
        return ([.. counts.ToArray<int>().Select((count, item) => running[item] ? count - 1 : count)], running);
    }

    // (carries, constants, counts) to whether any item goes on, how often each did, and which do
    private static Graph Counting(Graph condition, int items) => condition.Derive(new CountingKey(items), graph => Simplification.Of(TracedFunction.Of(
        all =>
        {
            Tensor mask = graph.Call(all.AsSpan(..^1)).Outputs[0];
            return [mask.Any(), all[^1] + mask.To(DType.Int32), mask];
        },
        [.. graph.Inputs.Select(input => input.Type), new TensorType(DType.Int32, [items])]).Graph));

    private readonly record struct CountingKey(int Items) : IDerivation<Graph>;
}
