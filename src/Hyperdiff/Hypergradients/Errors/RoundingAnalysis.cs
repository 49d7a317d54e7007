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
            Step? step = equation.Primitive is Operation operation ? new Step(operation, taken) : null;
            if (step is null || ReferenceEquals(step.Error, s_unknown))
            {
                unknown = equation.Primitive.Name;
                return null;
            }

            values[equation.Results[0]] = (step.Value, step.Error);
        }

        unknown = null;
        return HigherOrders * new LeafVector(
            [.. graph.Outputs.AsSpan()[outputs].ToArray().Select(output => values[output])
                .Select(output => output.Error ?? Wide(Tensor.ZerosLike(output.Value)))]).Magnitude();
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

    /// <summary>One operation on operands with errors; no error is 0.</summary>
    private sealed class Step
    {
        private readonly Operation _operation;
        private readonly Tensor[] _x;
        private readonly Tensor?[] _e;

        public Step(Operation operation, (Tensor Value, Tensor? Error)[] operands)
        {
            (_operation, _x, _e) = (operation, [.. operands.Select(operand => operand.Value)], [.. operands.Select(operand => operand.Error)]);
            Value = operation.Apply(_x)[0];

            // integers, choices and places are exact
            Error = Value.DType.IsFloating() ? Bound() : null;
        }

        public Tensor Value { get; }

        /// <summary>The bound of its error; <see cref="s_unknown"/> where there is no rule.</summary>
        public Tensor? Error { get; }

        private Tensor? Bound() => _operation switch
        {
            Fill fill => IsShort(fill.Scalar) ? null : Rounded(Value, 1),
            StopGradient or Negate or Abs => _e[0],
            Where => _e[1] is null && _e[2] is null ? null : Tensor.Where(_x[0], ErrorOf(1), ErrorOf(2)),
            Elementwise => Sum([.. _x.Select((_, i) => Carried(i)), Rounded(Value, ElementwiseUnits)]),
            Extremum extremum => _e[0] is { } greatest ? new Max(extremum.Reduced).Of(greatest) : null,
            EuclideanNorm => Sum(_e[0] is { } given ? _operation.Of(given) : null, Rounded(Value, Terms())),
            Reshape or BroadcastTo or Permute or Slice or Concat or Pad or Take or Band or Windows => Moved(),
            Hyperdiff.Primitives.Sum or ScatterAdd or OverlapAdd => Sum(Moved(), Rounded(_operation.Of(Absolute()), Terms())),
            Contraction => Sum(
                _e[0] is { } left ? _operation.Of([left, .. _x[1..^1], Wide(_x[^1].Abs())]) : null,
                _e[^1] is { } right ? _operation.Of([Wide(_x[0].Abs()), .. _x[1..^1], right]) : null,
                Rounded(_operation.Of(Absolute()), Terms())),
            OneHot or RandomBits => null,
            _ => s_unknown,
        };

        private Tensor Rounded(Tensor size, double units) => Own(size, Value.DType, units);

        private Tensor ErrorOf(int i) => _e[i] ?? Wide(Tensor.ZerosLike(_x[i]));

        // |∂y/∂xᵢ| e(xᵢ)
        private Tensor? Carried(int i)
        {
            if (_e[i] is not { } given)
            {
                return null;
            }

            var direction = new Tensor?[_x.Length];
            direction[i] = Tensor.OnesLike(_x[i]);
            return _operation.TangentOf(_x, Value, direction) is { } slope ? Wide(slope.Abs()) * given : null;
        }

        // what moves numbers moves their errors; indices and masks stay
        private Tensor? Moved() => _e.All(given => given is null) ? null
            : _operation.Of([.. _x.Select((operand, i) => operand.DType.IsFloating() ? ErrorOf(i) : operand)]);

        private Tensor[] Absolute() => [.. _x.Select(operand => operand.DType.IsFloating() ? Wide(operand.Abs()) : operand)];

        // of a product of matrices, the square root of k²: (m k)(k n)/(m n)
        private double Terms()
        {
            double all = _x.Where(operand => operand.DType.IsFloating()).Aggregate(1.0, (count, operand) => count * Math.Max(1, operand.Count));
            double share = all / Math.Max(1, Value.Count);
            return 2 + (_operation is Contraction ? Math.Sqrt(share * Math.Max(1, _x[0].DType.IsFloating() ? 1 : _x[0].Count)) : all);
        }
    }
}
