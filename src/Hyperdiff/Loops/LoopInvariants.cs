using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The body of a loop without what is the same in every step, and that part on its own, to be computed once before the loop.</summary>
/// <param name="Before">From the constants of the loop to the invariant values; null if there are none.</param>
/// <param name="Body">The body, with those values as further constants.</param>
internal sealed record LoopInvariants(Graph? Before, Graph Body)
{
    /// <summary>Takes a body apart; kept with the body.</summary>
    /// <param name="body">Its inputs are first what changes from step to step, and then the constants.</param>
    /// <param name="firstConstant">Where the constants begin.</param>
    /// <param name="runs">Whether there is a first step for certain: if not, what may fail stays within the loop.</param>
    public static LoopInvariants Of(Graph body, int firstConstant, bool runs) =>
        body.Derive(new Key(firstConstant, runs), graph => Split(graph, firstConstant, runs));

    private static LoopInvariants Split(Graph body, int firstConstant, bool runs)
    {
        var invariant = new HashSet<Value>(body.Inputs.Skip(firstConstant));
        var early = new HashSet<Equation>();
        foreach (Equation equation in body.Equations.Where(equation => equation.Primitive.ReportResult is null
            && (runs || !equation.Primitive.MayFail) && equation.Operands.All(invariant.Contains)))
        {
            early.Add(equation);
            invariant.UnionWith(equation.Results);
        }

        // constants and views are not kept as memory: the body makes them again
        var required = new HashSet<Value>(body.Equations.Where(equation => !early.Contains(equation)).SelectMany(equation => equation.Operands)
            .Concat(body.Outputs));
        var again = new HashSet<Equation>();
        foreach (Equation equation in body.Equations.Reverse().Where(early.Contains))
        {
            if (equation.Primitive is Fill or BroadcastTo or Reshape && required.Remove(equation.Results[0]))
            {
                required.UnionWith(equation.Operands);
                again.Add(equation);
            }
        }

        List<Value> hoisted = [.. body.Equations.Where(early.Contains).SelectMany(equation => equation.Results).Where(required.Contains)];
        if (hoisted.Count == 0)
        {
            return new LoopInvariants(null, body);
        }

        var before = new GraphCopier(body, body.Inputs.Skip(firstConstant));
        body.Equations.Where(early.Contains).ToList().ForEach(before.Copy);
        var rest = new GraphCopier(body, body.Inputs.Concat(hoisted));
        body.Equations.Where(equation => !early.Contains(equation) || again.Contains(equation)).ToList().ForEach(rest.Copy);
        return new LoopInvariants(Simplification.DropUnused(before.Build(hoisted)), rest.Build(body.Outputs));
    }

    private readonly record struct Key(int FirstConstant, bool Runs) : IDerivation<LoopInvariants>;
}
