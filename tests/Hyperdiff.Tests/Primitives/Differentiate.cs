using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Primitives;

/// <summary>Derivatives of C# functions, in every mode, for tests below the layer of the public transformations.</summary>
internal static class Differentiate
{
    /// <summary>The gradient of a scalar function, by reverse mode.</summary>
    public static Tensor Gradient(Func<Tensor, Tensor> f, Tensor at)
    {
        TracedFunction traced = TracedFunction.Of(arguments => [f(arguments[0])], [at]);
        return Derivatives.Gradient(traced.Graph, [0]).Call([at, .. traced.Captures]).Outputs[1];
    }

    /// <summary>The directional derivative, by forward mode.</summary>
    public static Tensor Tangent(Func<Tensor, Tensor> f, Tensor at, Tensor direction)
    {
        TracedFunction traced = TracedFunction.Of(arguments => [f(arguments[0])], [at]);
        return Derivatives.Forward(traced.Graph, [0]).Call([at, .. traced.Captures, direction]).Outputs[1];
    }

    /// <summary>The derivative of a scalar function of a scalar in a mode.</summary>
    public static Tensor Slope(bool reverse, Func<Tensor, Tensor> f, Tensor at) => reverse ? Gradient(f, at) : Tangent(f, at, Tensor.OnesLike(at));

    /// <summary>The Hessian of a scalar function of a vector, a row per element, by a mode over the gradient.</summary>
    public static double[][] Hessian(Func<Tensor, Tensor> f, Tensor at) =>
        [.. Enumerable.Range(0, at.Count).Select(i => Tangent(x => Gradient(f, x), at, Unit(i, at.Count)).ToArray<double>())];

    private static Tensor Unit(int i, int count) => Tensor.From(Enumerable.Range(0, count).Select(j => i == j ? 1.0 : 0.0).ToArray());
}
