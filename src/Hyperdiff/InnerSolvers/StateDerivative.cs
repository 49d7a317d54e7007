using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A condition at a state, with its derivative.</summary>
/// <param name="State">All leaves of w.</param>
/// <param name="Residual">R.</param>
/// <param name="Matrix">∂R/∂w.</param>
internal sealed record StateDerivative(Tensor[] State, LeafVector Residual, LinearOperator Matrix)
{
    /// <summary>From a function linearized at a state, among whose outputs R comes last.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="state">All leaves of w.</param>
    /// <param name="map">The function there.</param>
    public static StateDerivative Of(InnerProblem problem, Tensor[] state, LinearMap map)
    {
        int first = map.Outputs.Length - problem.Active.Count;
        return new StateDerivative(
            state, map.Outputs[first..], new LinearOperator(OperatorGraph.Of(map.Linearized, problem.ActiveTypes, first), map.Residuals.ToArray()));
    }
}
