using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A function that runs only where a condition is true: a loop of at most one step.</summary>
internal static class AtMostOnce
{
    /// <summary>The results of the function, or zeros.</summary>
    /// <param name="asked">Whether it runs: a <c>bool</c> scalar.</param>
    /// <param name="function">From its captures to the results.</param>
    public static Tensor[] Of(Tensor asked, TracedFunction function)
    {
        // the carries are whether the step is still to come, and the results; the captures are constants of the step
        Tensor[] start = [Tensor.Zeros(Shape.Scalar).Equal(0), .. function.Graph.OutputTypes.Select(Tensor.ZerosOf)];
        TensorType[] carries = Array.ConvertAll(start, carry => carry.Type);
        Graph goesOn = TracedFunction.Of(inputs => [inputs[0] & inputs[^1]], [.. carries, asked.Type]).Graph;
        Graph step = TracedFunction.Of(
            inputs => [!inputs[0], .. function.Graph.Call(inputs.AsSpan(start.Length..)).Outputs], [.. carries, .. function.Graph.InputTypes]).Graph;
        var loop = new WhileLoop(Simplification.Of(goesOn), Simplification.Of(step), start.Length, Limit: 1) { AcceptsNaN = true };
        Tensor[] results = loop.Apply([.. start, asked, .. function.Captures]);
        if (!results[^1].IsTraced)
        {
            SolveReports.ThrowUnlessConverged("This value", loop.Name, results[^1]);
        }

        return results[1..start.Length];
    }
}
