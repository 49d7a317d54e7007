using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>An inner problem as differences may vary it: what derivatives take for constant is held at the center.</summary>
internal static class HeldProblem
{
    /// <summary>The problem at a state, with its stopped gradients as further parameters.</summary>
    /// <param name="problem">The problem, its graph valid at the state.</param>
    /// <param name="state">The center, all leaves.</param>
    /// <param name="customRules">Whether functions with derivative rules of the user's may stand in it.</param>
    /// <exception cref="NotSupportedException">Something has a derivative other than differences would find, and cannot be held.</exception>
    public static InnerProblem Of(InnerProblem problem, Tensor[] state, bool customRules)
    {
        if (!customRules && HasCustomRule(problem.Graph))
        {
            throw new NotSupportedException(
                "A difference of gradients would differentiate what a function with a custom rule computes, and not by its rule; use MixedProduct.Exact, "
                    + "which applies the rule.");
        }

        problem = problem with { Retrace = null };
        if (!StoppedValues.Has(problem.Graph))
        {
            return problem;
        }

        var stopped = StoppedValues.Of(problem.Graph);
        return problem with { Graph = stopped.Held, Parameters = [.. problem.Parameters, .. stopped.At([.. state, .. problem.Parameters])] };
    }

    private static bool HasCustomRule(Graph graph) =>
        graph.Equations.Any(equation => equation.Primitive is CustomRule or PulledBack || equation.Primitive.Bodies.Any(HasCustomRule));
}
