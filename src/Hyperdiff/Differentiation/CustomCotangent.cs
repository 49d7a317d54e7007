using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>A function with a cotangent rule of the user's.</summary>
/// <param name="Function">From the arguments and its captures to the results.</param>
/// <param name="Rule">From the arguments, the results, the cotangents of the results, and its captures to the cotangents of the arguments.</param>
/// <param name="Arguments">The number of arguments.</param>
internal sealed record CustomCotangent(Graph Function, Graph Rule, int Arguments) : CustomRule(Function, Rule, Arguments)
{
    private protected override int Directions => Function.Outputs.Length;

    private protected override Tensor[] Along(Tensor[] arguments, Tensor[] results, Tensor[] tangents, Tensor[] captures) =>
        new PulledBack(Rule, Arguments, results.Length).Apply([.. arguments, .. results, .. tangents, .. captures]);
}
