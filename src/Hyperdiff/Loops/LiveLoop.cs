using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Choices within and around linear loops: the masks of what is carried are carried beside it.</summary>
/// <remarks>A carry that begins known is 0, and not live; one that begins without a mask is live, and has one as soon as a step makes a choice. What a step has
/// no mask for is carried without.</remarks>
internal static class LiveLoop
{
    /// <summary>Whether a step makes choices.</summary>
    public static bool Chooses(Graph body, int carries, bool[] linear) => Choices.Within(body, WithCarries(body, carries, linear));

    /// <summary>Which inputs of a step are linear: a carry is if it begins so, or if a step makes it depend on what is; a mask never is.</summary>
    public static bool[] WithCarries(Graph body, int carries, bool[] initially)
    {
        bool[] linear = [.. initially];
        bool grows = true;
        while (grows)
        {
            var dependent = new HashSet<Value>(body.Inputs.Where((_, i) => linear[i]));
            foreach (Equation equation in body.Equations.Where(equation => equation.Operands.Any(dependent.Contains)))
            {
                dependent.UnionWith(equation.Results.Where(result => result.Type.DType != DType.Bool));
            }

            grows = false;
            for (int i = 0; i < carries; i++)
            {
                if (!linear[i] && dependent.Contains(body.Outputs[i]))
                {
                    (linear[i], grows) = (true, true);
                }
            }
        }

        return linear;
    }

    /// <summary>The results of a loop over a step whose inputs come in groups, carries first, then slices, then constants, with which of them live.</summary>
    /// <param name="body">The step.</param>
    /// <param name="inputs">The operand of each of its inputs.</param>
    /// <param name="ends">Where each group of inputs ends; the masks of a group come behind it.</param>
    /// <param name="run">Runs the loop over a step with these operands by groups.</param>
    public static LiveResult[] Of(Graph body, LiveOperand[] inputs, int[] ends, Func<Graph, Tensor[][], Tensor[]> run)
    {
        int carries = ends[0];
        bool[] linear = WithCarries(body, carries, [.. inputs.Select(input => input.IsLinear)]);
        bool[] masked = [.. inputs.Select((input, i) => i < carries ? linear[i] : input.Mask is not null)];
        GuardedGraph guarded = Choices.Guarded(body, linear, masked);
        while (Enumerable.Range(0, carries).Any(i => masked[i] && !guarded.Masked[i]))
        {
            masked = [.. masked.Select((mask, i) => mask && (i >= carries || guarded.Masked[i]))];
            guarded = Choices.Guarded(body, linear, masked);
        }

        // the masks of a group behind the group, and those of the carries behind the carries among the results
        Graph graph = guarded.Graph;
        int[] places = [.. Enumerable.Range(0, inputs.Length).Where(i => masked[i])];
        int[] kept = [.. Enumerable.Range(0, body.Outputs.Length).Where(i => guarded.Masked[i])];
        Value MaskOf(int input) => graph.Inputs[body.Inputs.Length + Array.IndexOf(places, input)];
        int[][] groups = [.. ends.Select(
            (end, group) => Enumerable.Range(group == 0 ? 0 : ends[group - 1], end - (group == 0 ? 0 : ends[group - 1])).ToArray())];
        Value[] inputsByGroup = [.. groups.SelectMany(group => group.Select(i => graph.Inputs[i]).Concat(group.Where(i => masked[i]).Select(MaskOf)))];
        int[] order =
        [
            .. Enumerable.Range(0, carries),
            .. kept.Where(i => i < carries).Select(i => body.Outputs.Length + Array.IndexOf(kept, i)),
            .. Enumerable.Range(carries, body.Outputs.Length - carries),
            .. kept.Where(i => i >= carries).Select(i => body.Outputs.Length + Array.IndexOf(kept, i)),
        ];
        Tensor[] results = run(
            Subgraph.Arranged(graph, [.. inputsByGroup], [.. order.Select(i => graph.Outputs[i])]),
            [.. groups.Select(group => (Tensor[])[.. group.Select(i => inputs[i].Tensor), .. group.Where(i => masked[i]).Select(i => Initial(inputs[i]))])]);
        Tensor? Mask(int output) => guarded.Masked[output] ? results[Array.IndexOf(order, body.Outputs.Length + Array.IndexOf(kept, output))] : null;
        return [.. Enumerable.Range(0, body.Outputs.Length).Select(i => new LiveResult(results[Array.IndexOf(order, i)], Mask(i)))];
    }

    private static Tensor Initial(LiveOperand input) => input.Mask ?? Tensor.Full(input.Tensor.Shape, input.IsLinear ? 1 : 0, DType.Bool);
}
