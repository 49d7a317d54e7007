using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff;

/// <summary>A bound of what rounding does to the outputs of a graph at given operands: every equation's own rounding, carried forward by absolute values of its
/// derivative.</summary>
/// <remarks>
/// <code>
/// e(y) = Σᵢ |∂y/∂xᵢ| e(xᵢ) + c ε |y|,     e(Σ) = Σ e + n ε Σ |terms|,     e(A B) = |A| e(B) + e(A) |B| + n ε |A| |B|
/// </code>
/// elementwise, each equation with the ε of its own element type, so that what cancels later has the error of what it was before, and what is computed in
/// float32 inside has that of float32. Of first order in ε, and doubled for the rest. Operands are exact as they are given. Costs about three evaluations of
/// the graph. Source: Higham (2002), "Accuracy and Stability of Numerical Algorithms", doi:10.1137/1.9780898718027, 2nd edition, section 3.3.
/// </remarks>
internal static class RoundingAnalysis
{
    // units in the last place of a function of the mathematics library, and of quotients of such
    private const double ElementwiseUnits = 8;
    private const double HigherOrders = 2;

    private static readonly Tensor s_unknown = Tensor.Scalar(double.NaN);

    /// <summary>The norm of the bounds of some outputs; null where a primitive has no rule.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="operands">Concrete operands.</param>
    /// <param name="outputs">Which outputs.</param>
    /// <param name="unknown">The primitive that has no rule.</param>
    public static double? Norm(Graph graph, Tensor[] operands, Range outputs, out string? unknown)
    {
        var values = new Dictionary<Value, (Tensor Value, Tensor? Error)>();
        for (int i = 0; i < operands.Length; i++)
        {
            values[graph.Inputs[i]] = (operands[i], null);
        }

        foreach (Equation equation in graph.Equations)
        {
            (Tensor Value, Tensor? Error)[] taken = [.. equation.Operands.Select(operand => values[operand])];
            if (equation.Primitive is not Operation operation || !TryRound(operation, taken, out (Tensor, Tensor?) result))
            {
                unknown = equation.Primitive.Name;
                return null;
            }

            values[equation.Results[0]] = result;
        }

        unknown = null;
        return HigherOrders * new LeafVector(
            [.. graph.Outputs.AsSpan()[outputs].ToArray().Select(output => values[output])
                .Select(output => output.Error ?? Wide(Tensor.ZerosLike(output.Value)))]).Magnitude();
    }

    private static bool TryRound(Operation operation, (Tensor Value, Tensor? Error)[] operands, out (Tensor Value, Tensor? Error) result)
    {
        Tensor[] x = [.. operands.Select(operand => operand.Value)];
        Tensor y = operation.Apply(x)[0];
        result = (y, null);

        // integers, choices and places are exact
        if (!y.DType.IsFloating())
        {
            return true;
        }

        Tensor?[] e = [.. operands.Select(operand => operand.Error)];
        Tensor? error = operation switch
        {
            Fill fill => IsShort(fill.Scalar) ? null : Own(y, y.DType, 1),
            StopGradient or Negate or Abs => e[0],
            Where => e[1] is null && e[2] is null ? null : Tensor.Where(x[0], Error(1), Error(2)),
            Elementwise => Sum([.. x.Select((_, i) => Carried(i)), Own(y, y.DType, ElementwiseUnits)]),
            Extremum extremum => e[0] is { } greatest ? new Max(extremum.Reduced).Of(greatest) : null,
            EuclideanNorm => Sum(e[0] is { } given ? operation.Of(given) : null, Own(y, y.DType, Terms())),
            Reshape or BroadcastTo or Permute or Slice or Concat or Pad or Take or Band or Windows => Moved(),
            Hyperdiff.Primitives.Sum or ScatterAdd or OverlapAdd => Sum(Moved(), Own(operation.Of(Absolute()), y.DType, Terms())),
            Contraction => Sum(
                e[0] is { } left ? operation.Of([left, .. x[1..^1], Wide(x[^1].Abs())]) : null,
                e[^1] is { } right ? operation.Of([Wide(x[0].Abs()), .. x[1..^1], right]) : null,
                Own(operation.Of(Absolute()), y.DType, Terms())),
            OneHot or RandomBits => null,
            _ => s_unknown,
        };
        result = (y, error);
        return !ReferenceEquals(error, s_unknown);

        Tensor Error(int i) => e[i] ?? Wide(Tensor.ZerosLike(x[i]));

        // |∂y/∂xᵢ| e(xᵢ)
        Tensor? Carried(int i)
        {
            if (e[i] is not { } given)
            {
                return null;
            }

            var direction = new Tensor?[x.Length];
            direction[i] = Tensor.OnesLike(x[i]);
            return operation.TangentOf(x, y, direction) is { } slope ? Wide(slope.Abs()) * given : null;
        }

        // what moves numbers moves their errors; indices and masks stay
        Tensor? Moved() => e.All(given => given is null) ? null : operation.Of([.. x.Select((operand, i) => operand.DType.IsFloating() ? Error(i) : operand)]);

        Tensor[] Absolute() => [.. x.Select(operand => operand.DType.IsFloating() ? Wide(operand.Abs()) : operand)];

        // of a product of matrices, the square root of k²: (m k)(k n)/(m n)
        double Terms()
        {
            double all = x.Where(operand => operand.DType.IsFloating()).Aggregate(1.0, (count, operand) => count * Math.Max(1, operand.Count));
            double share = all / Math.Max(1, y.Count);
            return 2 + (operation is Contraction ? Math.Sqrt(share * Math.Max(1, x[0].DType.IsFloating() ? 1 : x[0].Count)) : all);
        }
    }

    // c ε |y|, and what is lost where y is subnormal
    private static Tensor Own(Tensor y, DType type, double units) =>
        units * ((type.Epsilon() * Wide(y.Abs())) + (type == DType.Float32 ? MathF.BitIncrement(0) : Math.BitIncrement(0.0)));

    private static Tensor? Sum(params ReadOnlySpan<Tensor?> terms)
    {
        Tensor? sum = null;
        foreach (Tensor? term in terms)
        {
            sum = term is null ? sum : sum is null ? term : sum + term;
        }

        return sum;
    }

    private static Tensor Wide(Tensor tensor) => tensor.To(DType.Float64);

    // written out in a few bits, as 0.5 and 1e6 are, and 0.1 is not
    private static bool IsShort(double scalar) => scalar * 1024 == Math.Round(scalar * 1024) && Math.Abs(scalar) < 1e12;
}
