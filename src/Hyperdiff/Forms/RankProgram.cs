using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>The program of one rank within a graph of all.</summary>
internal static class RankProgram
{
    /// <summary>The value of a function on the samples of this rank, w and λ being given to each rank at its beginning, all leaves together, and
    /// witnessed.</summary>
    /// <param name="whole">The function.</param>
    /// <param name="operands">What it takes, w and λ first.</param>
    /// <param name="arguments">How many leaves w and λ have.</param>
    /// <param name="ranks">The ranks.</param>
    public static Tensor Apply(Graph whole, Tensor[] operands, int arguments, Ranks ranks)
    {
        var values = new ValueMap<Tensor>(whole);
        values.Set(whole.Inputs, operands);
        int[] replicated = [.. Enumerable.Range(0, arguments).Where(i => operands[i].Type.VariesAcross is null)];
        if (replicated.Length > 0)
        {
            Tensor[] each = new ToEachRank(ranks) { IsWitnessed = true }.Apply([.. replicated.Select(i => operands[i])]);
            for (int i = 0; i < each.Length; i++)
            {
                values.Set(whole.Inputs[replicated[i]], each[i]);
            }
        }

        foreach (Equation equation in whole.Equations)
        {
            // what met a share of the samples within was given to each rank there, and is so from the beginning now
            Tensor[] taken = values.Of(equation.Operands);
            bool given = equation.Primitive is ToEachRank && Array.TrueForAll(taken, tensor => tensor.Type.VariesAcross is not null);
            values.Set(equation.Results, given ? taken : equation.Primitive.Apply(taken));
        }

        return values[whole.Outputs[0]];
    }
}
