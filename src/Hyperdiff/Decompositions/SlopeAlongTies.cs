using Hyperdiff.Graphs;

namespace Hyperdiff.Decompositions;

/// <summary>How the gradient x of a function of eigenvalues changes along a direction in them, found in the trace in which both are values.</summary>
/// <remarks>
/// The derivative of <c>V diag(x) Vᵀ</c> at equal eigenvalues needs second derivatives of the function that neither x nor its tangent hold. They are one
/// forward derivative of the equations between w and x, which stand in the trace. If x comes in part from an input, it may depend on w in ways that this trace
/// does not show: the slope is then NaN, unknown. Not so for a scalar beside values that are computed here, such as a weight: if it depends on them, then
/// symmetrically, and does not change along a direction that adds up to 0 in every group of equal values.
/// </remarks>
internal static class SlopeAlongTies
{
    /// <summary><c>∂x/∂w · d</c>.</summary>
    /// <param name="x"><c>[…, n]</c>.</param>
    /// <param name="w"><c>[…, n]</c>.</param>
    /// <param name="direction">d, <c>[…, n]</c>.</param>
    public static Tensor Of(Tensor x, Tensor w, Tensor direction)
    {
        if (w.Storage is not TracedStorage { Trace: { } trace, Value: { } start })
        {
            throw new System.Diagnostics.UnreachableException("Derivatives are taken of what is traced.");
        }

        // constants are values of the trace, since what is computed from constants alone would be taken from outside
        if (x.Storage is not TracedStorage { Value: { } end })
        {
            return trace.Constant(x.Shape, 0, x.DType);
        }

        int scalar = start.Definition is null || w.Shape[^1] == 0 ? 0 : w.Count / w.Shape[^1];
        if (Between(start, end, scalar) is not { } equations)
        {
            return trace.Constant(x.Shape, double.NaN, x.DType);
        }

        var slopes = new Dictionary<Value, Tensor> { [start] = direction };
        foreach (Equation equation in equations)
        {
            Tensor?[] tangents = [.. equation.Operands.Select(slopes.GetValueOrDefault)];
            if (tangents.All(tangent => tangent is null))
            {
                continue;
            }

            Tensor?[] results = equation.Primitive.Differentiate([.. equation.Operands.Select(trace.TensorOf)], tangents).Tangents;
            for (int i = 0; i < results.Length; i++)
            {
                if (results[i] is { } slope)
                {
                    slopes[equation.Results[i]] = slope;
                }
            }
        }

        return slopes.GetValueOrDefault(end) ?? trace.Constant(x.Shape, 0, x.DType);
    }

    // in an order in which they can be differentiated; null if x comes from what is not known
    private static List<Equation>? Between(Value start, Value end, int scalar)
    {
        var ordered = new List<Equation>();
        var seen = new HashSet<Value>([start]);
        var pending = new Stack<(Value Value, bool Done)>([(end, false)]);
        while (pending.TryPop(out (Value Value, bool Done) next))
        {
            if (next.Done)
            {
                ordered.Add(next.Value.Definition!);
                continue;
            }

            if (!seen.Add(next.Value))
            {
                continue;
            }

            if (next.Value.Definition is not { } equation)
            {
                if (next.Value.Type.Shape.ElementCount > scalar)
                {
                    return null;
                }

                continue;
            }

            seen.UnionWith(equation.Results);
            pending.Push((next.Value, true));
            foreach (Value operand in equation.Operands)
            {
                pending.Push((operand, false));
            }
        }

        return ordered;
    }
}
