using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>f and its gradient at a state, and the slope along a direction. On a device all numbers of it are read together.</summary>
/// <param name="Value">f.</param>
/// <param name="Gradient">∇f, the active leaves.</param>
/// <param name="Slope">∇fᵀd; NaN without a direction.</param>
internal sealed record ObjectivePoint(double Value, Tensor[] Gradient, double Slope = double.NaN)
{
    /// <summary>The norm of each leaf of ∇f; computed when it is asked for, unless it was read with the rest.</summary>
    public double[] Norms
    {
        get => field ??= ConditionProbe.LeafNorms(Gradient);
        private init;
    }

    /// <summary>∇f with its derivative; null unless it was asked for.</summary>
    public StateDerivative? Derivative { get; private init; }

    /// <summary>One evaluation of f and its gradient.</summary>
    /// <param name="problem">f.</param>
    /// <param name="state">All leaves of w.</param>
    /// <param name="direction">d, the active leaves.</param>
    /// <param name="linearizes">Whether products with the Hessian follow, which are prepared in the same run.</param>
    public static ObjectivePoint Of(InnerProblem problem, Tensor[] state, LeafVector? direction = null, bool linearizes = false)
    {
        problem = problem.At(state);
        Graph function = Derivatives.Gradient(problem.Graph, problem.Active);
        StateDerivative? derivative = null;
        Tensor[] outputs;
        if (linearizes)
        {
            LinearMap map = LinearMap.At(function, [.. state, .. problem.Parameters], problem.Active);
            SolveException.ThrowUnlessConverged("A step of an inner solve", map.Reports);
            (outputs, derivative) = (map.Outputs, StateDerivative.Of(problem, state, map));
        }
        else
        {
            outputs = problem.Call(function, state);
        }

        Tensor[] gradient = outputs[problem.Graph.Outputs.Length..];
        Tensor[] scalars = direction is { } along ? [outputs[0], LeafVector.Dot(along, gradient)] : [outputs[0]];
        LeafVector[] leaves = new LeafVector(gradient).IsOnDevice ? Array.ConvertAll(gradient, leaf => new LeafVector([leaf])) : [];
        double[] numbers = Readings.Of(scalars, leaves);

        // an objective that is not a number has no gradient, even where its rules give one: a mean over no samples has a gradient of zeros
        if (!double.IsFinite(numbers[0]))
        {
            return new ObjectivePoint(numbers[0], [.. gradient.Select(leaf => Tensor.Full(leaf.Shape, double.NaN, leaf.DType))]);
        }

        var point = new ObjectivePoint(numbers[0], gradient, scalars.Length > 1 ? numbers[1] : double.NaN) { Derivative = derivative };
        return leaves.Length > 0 ? point with { Norms = numbers[scalars.Length..] } : point;
    }
}
