using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>A function with a tangent rule of the user's.</summary>
/// <param name="Function">From the arguments and its captures to the results.</param>
/// <param name="Rule">From the arguments, their tangents and its captures to the tangents of the results, linear in the tangents.</param>
/// <param name="Arguments">The number of arguments.</param>
internal sealed record CustomTangent(Graph Function, Graph Rule, int Arguments) : CustomRule(Function, Rule, Arguments)
{
    private protected override int Directions => Arguments;

    private protected override Tensor[] Along(Tensor[] arguments, Tensor[] results, Tensor[] tangents, Tensor[] captures) =>
        Rule.Call([.. arguments, .. tangents, .. captures]).EnsureConverged("A custom tangent");
}
