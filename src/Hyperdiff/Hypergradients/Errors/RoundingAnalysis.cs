using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff;

/// <summary>A bound of what rounding does to the outputs of a graph at given operands: every equation's own rounding, carried forward by how far the results
/// of those after it move within it.</summary>
/// <remarks>
/// <code>
/// e(y) = sup |y(x + d) − y(x)| over |dᵢ| ≤ e(xᵢ), + c ε |y|,     e(Σ) = Σ e + n ε Σ |terms|,     e(A B) = |A| e(B) + e(A) |B| + e(A) e(B) + n ε |A| |B|
/// </code>
/// elementwise, each equation with the ε of its own element type, so that what cancels later has the error of what it was before, and what is computed in
/// float32 inside has that of float32. A choice that rounding may have made the other way is off by the distance of its branches; an index or a place that it
/// may have changed has no bound. Doubled, for the rounding of the bound. Operands are exact as they are given. Costs a few evaluations of
/// the graph. Source: Higham (2002), "Accuracy and Stability of Numerical Algorithms", doi:10.1137/1.9780898718027, 2nd edition, section 3.3.
/// </remarks>
internal static class RoundingAnalysis
{
    // units in the last place of a function of the mathematics library, and of quotients of such
    private const double ElementwiseUnits = 8;
    private const double OfTheBound = 2;

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
            Step? step = equation.Primitive is Operation operation ? new Step(operation, taken, AttainedIn(equation)) : null;
            if (step is null || ReferenceEquals(step.Error, s_unknown))
            {
                unknown = equation.Primitive.Name;
                return null;
            }

            values[equation.Results[0]] = (step.Value, step.Error);
        }

        unknown = null;
        return OfTheBound * new LeafVector(
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

    // written out in a few bits, as 0.5 and 1e6 are, and 0.1 is not; and held by the type
    private static bool IsShort(double scalar, DType type) =>
        scalar * 1024 == Math.Round(scalar * 1024) && Math.Abs(scalar) < 1e12 && (type == DType.Float64 || (float)scalar == scalar);

    // the axes over which an equation asks where an extremum is attained: how the rule of one finds it
    private static Extremum? AttainedIn(Equation equation)
    {
        Value? other = equation.Primitive is Equal ? equation.Operands[1] : null;
        while (other?.Definition is { Primitive: Reshape or BroadcastTo } moved)
        {
            other = moved.Operands[0];
        }

        return other?.Definition is { Primitive: Extremum extremum } of && of.Operands[0] == equation.Operands[0] ? extremum : null;
    }

    /// <summary>One operation on operands with errors; no error is 0. Of a mask the error is 1 where it may be otherwise.</summary>
    private sealed class Step
    {
        private readonly Operation _operation;
        private readonly Extremum? _attained;
        private readonly Tensor[] _x;
        private readonly Tensor?[] _e;

        public Step(Operation operation, (Tensor Value, Tensor? Error)[] operands, Extremum? attained)
        {
            (_operation, _attained, _x, _e) =
                (operation, attained, [.. operands.Select(operand => operand.Value)], [.. operands.Select(operand => operand.Error)]);
            Value = operation.Apply(_x)[0];
            Error = Value.DType.IsFloating() ? Bound() : IsExact ? null : Doubt();
        }

        public Tensor Value { get; }

        /// <summary>The bound of its error; <see cref="s_unknown"/> where there is no rule.</summary>
        public Tensor? Error { get; }

        private bool IsExact => _e.All(given => given is null);

        private Tensor? Bound() => _operation switch
        {
            Fill fill => IsShort(fill.Scalar, Value.DType) ? null : Rounded(Value, 1),
            StopGradient or Negate or Abs => _e[0],
            Where => Chosen(),
            Primitives.Convert => Converted(),
            Maximum or Minimum or PiecewiseConstant => Carried(),
            Elementwise => Carried() is var carried && ReferenceEquals(carried, s_unknown) ? carried : Sum(carried, OfFunction()),
            Extremum extremum => _e[0] is { } greatest ? new Max(extremum.Reduced).Of(greatest) : null,
            EuclideanNorm => Sum(_e[0] is { } given ? _operation.Of(given) : null, Rounded(Value, Terms())),
            Reshape or BroadcastTo or Permute or Slice or Concat or Pad or Take or Band or Windows => Moved(),
            Primitives.Sum or ScatterAdd or OverlapAdd => Sum(Moved(), Rounded(_operation.Of(Absolute()), Terms())),
            Contraction => Sum(
                _e[0] is { } left ? _operation.Of([left, .. _x[1..^1], Wide(_x[^1].Abs()) + ErrorOf(_x.Length - 1)]) : null,
                _e[^1] is { } right ? _operation.Of([Wide(_x[0].Abs()), .. _x[1..^1], right]) : null,
                Rounded(_operation.Of(Absolute()), Terms())),
            OneHot or RandomBits => null,
            _ => s_unknown,
        };

        // where a mask may be otherwise; integers must not
        private Tensor? Doubt()
        {
            Tensor? doubt = _operation switch
            {
                Comparison => Compared(),
                Logic => Sum(_e)!.Minimum(1),
                Where => Tensor.Where(_x[0], ErrorOf(1), ErrorOf(2)).Maximum(ErrorOf(0)),
                IsFinite => Tensor.ZerosLike(_e[0]!),
                Primitives.Convert { Target: DType.Bool } => Wide((Wide(_x[0]).Abs() <= ErrorOf(0)) & ErrorOf(0).NotEqual(0)),
                Primitives.Convert => Wide((Wide(_x[0]) + ErrorOf(0)).Truncate().NotEqual((Wide(_x[0]) - ErrorOf(0)).Truncate())),
                Reshape or BroadcastTo or Permute or Slice or Concat or Pad or Take or Band or Windows => Moved(),
                ArgExtremum arg => Wide(Reach(arg is ArgMax ? _x[0] : -_x[0], arg) > 1),
                ArgSort sort => Wide(Close(sort.Axis)),
                _ => s_unknown,
            };
            if (ReferenceEquals(doubt, s_unknown))
            {
                return doubt;
            }

            // whatever an index chooses from is another number
            bool isCertain = !doubt!.NotEqual(0).Any().IsTrue;
            return isCertain ? null : Value.DType == DType.Bool ? doubt : s_unknown;
        }

        private Tensor Compared()
        {
            if (_x[0].DType == DType.Bool)
            {
                return ErrorOf(0).Maximum(ErrorOf(1));
            }

            Tensor both = ErrorOf(0) + ErrorOf(1), near = !((Wide(_x[0]) - Wide(_x[1])).Abs() > both) & both.NotEqual(0);
            return Wide(_attained is { } extremum ? near & (Stretched(new Sum(extremum.Reduced).Of(Wide(near)), extremum) > 1) : near);
        }

        // how many elements may be the greatest
        private Tensor Reach(Tensor x, Reduction over)
        {
            (Tensor high, Tensor low) = (Wide(x) + ErrorOf(0), Wide(x) - ErrorOf(0));
            return new Sum(over.Reduced).Of(Wide(!(high < Stretched(new Max(over.Reduced).Of(low), over))));
        }

        // whether neighbours in the order may change places
        private Tensor Close(int axis)
        {
            Tensor x = Wide(_x[0]), order = x.ArgSort(axis), sorted = x.Gather(order, axis), errors = ErrorOf(0).Gather(order, axis);
            int last = x.Shape[axis] - 1;
            return !(sorted.Slice(axis, 1, last + 1) - sorted.Slice(axis, 0, last)
                > errors.Slice(axis, 1, last + 1) + errors.Slice(axis, 0, last)).Any();
        }

        private Tensor Stretched(Tensor reduced, Reduction over) => reduced.Reshape(over.Kept(_x[0].Shape)).BroadcastTo(_x[0].Shape);

        private Tensor? Chosen()
        {
            Tensor? taken = _e[1] is null && _e[2] is null ? null : Tensor.Where(_x[0], ErrorOf(1), ErrorOf(2));
            return _e[0] is not { } doubt ? taken
                : Tensor.Where(doubt.NotEqual(0), (Wide(_x[1]) - Wide(_x[2])).Abs() + ErrorOf(1) + ErrorOf(2), taken ?? Tensor.ZerosLike(doubt));
        }

        // exact to a type that holds all numbers of the other
        private Tensor? Converted() => Sum(_e[0],
            Value.DType == DType.Float64 || _x[0].DType is DType.Bool or DType.Float32 ? null : Rounded(Value, 1));

        private Tensor Rounded(Tensor size, double units) => Own(size, Value.DType, units);

        private Tensor ErrorOf(int i) => _e[i] ?? Tensor.Zeros(_x[i].Shape);

        private Tensor? Carried() => IsExact ? null : ElementwiseSpread.Of((Elementwise)_operation, [.. _x.Select(Wide)], _e) ?? s_unknown;

        // units in the last place that a function is off by where its argument is exact: more where it magnifies its argument, or vanishes by cancelling
        private Tensor OfFunction()
        {
            Tensor x = Wide(_x[0]);
            return _operation switch
            {
                LogGamma or Polygamma => Rounded(Value.Abs() + 1, 2 * ElementwiseUnits),
                BinaryCrossEntropySlope => Rounded(_x[1].Abs() + 1, ElementwiseUnits),
                SiluSlope or GeluSlope => Rounded(Value.Abs() + 1, ElementwiseUnits),
                Erfc or Gaussian or Gelu => Magnified(x.Square()),
                ErfInv or ErfcInv => Magnified(Wide(Value).Square()),
                NumberPower or Power => Magnified(Tensor.Where(x > 0, x.Log().Abs(), 0)),
                _ => Rounded(Value, ElementwiseUnits),
            };
        }

        private Tensor Magnified(Tensor by) => Rounded(Value, ElementwiseUnits) * (1 + by.Minimum(1e3));

        // what moves numbers moves their errors; indices stay
        private Tensor? Moved() => IsExact ? null
            : _operation.Of([.. _x.Select((operand, i) => operand.DType == DType.Int32 ? operand : ErrorOf(i))]);

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
