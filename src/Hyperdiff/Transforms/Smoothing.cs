using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>Rewrites smooth compositions of functions that have a kink, so that the kink is gone before derivatives are taken.</summary>
/// <remarks>
/// <c>‖x‖²</c> is smooth and <c>‖x‖</c> is not: differentiated as a product, the square has the first derivative 0 at 0, which is right, and the second 0,
/// which is not. Rewritten are products and even powers of equal absolute values (<c>|x|² = x²</c>), products of equal roots (<c>√s √s = s</c>, for s that
/// cannot be negative), even functions of absolute values, and what two halves make (<c>max(x, 0)² + max(−x, 0)² = x²</c>). The value changes by rounding at
/// most, which is why simplification, which keeps every bit, does none of this. Where a kink stays, <see cref="KinkSearch"/> finds it.
/// </remarks>
internal sealed class Smoothing
{
    // products of more factors than a program writes down, and expressions nested deeper, are left alone: the search stays linear
    private const int MostFactors = 12;
    private const int Deepest = 24;

    private readonly Emitter _emit;
    private readonly Dictionary<Value, ImmutableArray<Factor>> _factors = [];
    private readonly KinkedForms _forms;
    private readonly SpectralForms _spectra;

    private Smoothing(Emitter emit) => (_emit, _forms, _spectra) = (emit, new KinkedForms(emit), new SpectralForms(emit));

    /// <summary>The same function, up to rounding, without the kinks that algebra removes; kept with the graph.</summary>
    public static Graph Of(Graph graph) => graph.Equations.Any(equation => MayStart(equation.Primitive))
        ? graph.Derive(Key.Instance, static graph => Simplification.Of(graph, static emit => new Smoothing(emit).TryRewrite))
        : graph;

    private static bool MayStart(Primitive primitive) => KinkedForms.MayStart(primitive) || SpectralForms.MayStart(primitive);

    private Value? TryRewrite(Primitive primitive, ImmutableArray<Value> operands) => primitive switch
    {
        Multiply => Product([.. FactorsOf(operands[0], 0), .. FactorsOf(operands[1], 0)], operands[0].Type) ?? SignedAbs(operands[0], operands[1]),
        Divide => Product([.. FactorsOf(operands[0], 0), .. Powers(FactorsOf(operands[1], 0), -1)], operands[0].Type),
        NumberPower { Exponent: var power } when IsWhole(power) => Product(Powers(FactorsOf(operands[0], 0), (int)power), operands[0].Type),
        Abs when _forms.IsNonNegative(operands[0]) => operands[0],
        Cos or Cosh when _forms.Kinked(operands[0]) is { IsAbsolute: true, Base: var x } => _emit(primitive, [x]),
        Add => Halves.Sum(operands[0], operands[1], _emit),
        Subtract => Halves.Difference(operands[0], operands[1]),
        MatMul product => ScalarProduct(product, operands[0], operands[1]) ?? _spectra.Product(product, operands[0], operands[1]),
        Sum sum => _spectra.TangentSum(sum, operands[0]),
        _ => null,
    };

    private static bool IsWhole(double power) => power == Math.Round(power) && Math.Abs(power) is >= 2 and <= MostFactors;

    private static ImmutableArray<Factor> Powers(ImmutableArray<Factor> factors, int power) =>
        [.. factors.Select(factor => factor with { Power = factor.Power * power })];

    // v = ∏ aᵢ^pᵢ, taken apart only where a factor has a kink
    private ImmutableArray<Factor> FactorsOf(Value value, int depth)
    {
        if (_factors.TryGetValue(value, out ImmutableArray<Factor> known))
        {
            return known;
        }

        ImmutableArray<Factor> whole = [new Factor(value, 1)];
        ImmutableArray<Factor> factors = depth > Deepest || _forms.Kinked(value) is not null ? whole : value.Definition switch
        {
            { Primitive: Multiply, Operands: [var x, var y] } => [.. FactorsOf(x, depth + 1), .. FactorsOf(y, depth + 1)],
            { Primitive: Divide, Operands: [var x, var y] } => [.. FactorsOf(x, depth + 1), .. Powers(FactorsOf(y, depth + 1), -1)],
            { Primitive: Negate, Operands: [var x] } => [new Factor(null, 1), .. FactorsOf(x, depth + 1)],
            { Primitive: NumberPower { Exponent: var power }, Operands: [var x] } when IsWhole(power) => Powers(FactorsOf(x, depth + 1), (int)power),
            { Primitive: Reshape or BroadcastTo or Permute, Operands: [var x] } => Moved(value.Definition.Primitive, FactorsOf(x, depth + 1)),
            _ => whole,
        };
        bool kinked = factors.Length <= MostFactors && factors.Any(factor => factor.Atom is { } atom && _forms.Kinked(atom) is not null);
        return _factors[value] = kinked ? factors : whole;
    }

    private ImmutableArray<Factor> Moved(Primitive move, ImmutableArray<Factor> factors) =>
        factors.Any(factor => factor.Atom is { } atom && _forms.Kinked(atom) is not null)
        ? [.. factors.Select(factor => factor.Atom is { } atom ? factor with { Atom = _emit(move, [atom]) } : factor)]
        : factors;

    /// <summary>The product, if some of its kinks cancel.</summary>
    private Value? Product(ImmutableArray<Factor> factors, TensorType type)
    {
        if (factors.Length > 2 * MostFactors || !factors.Any(factor => factor.Atom is { } atom && _forms.Kinked(atom) is not null))
        {
            return null;
        }

        // What divides and what multiplies does not cancel: |x|/|x| is not a number at 0. What divides is infinite at its kink however it is written, and
        // squares would only narrow its range.
        var above = new List<Value>();
        var below = new List<Value>();
        bool any = false, negative = false;
        foreach (IGrouping<(object? Same, bool Above), Factor> group in factors.GroupBy(factor => (Same(factor), factor.Power > 0)))
        {
            int power = group.Sum(factor => Math.Abs(factor.Power));
            List<Value> side = group.Key.Above ? above : below;
            if (group.First().Atom is not { } atom)
            {
                negative ^= power % 2 != 0;
            }
            else if (group.Key.Above && _forms.Kinked(atom) is { } kinked && kinked.Smooth(power) is { } whole)
            {
                any = true;
                side.Add(Power(kinked.Base, whole));
            }
            else
            {
                side.AddRange(Enumerable.Repeat(atom, power));
            }
        }

        if (!any || above.Count + below.Count > MostFactors)
        {
            return null;
        }

        // by turns, so that what is scaled stays in range
        var (multiply, divide) = (new Queue<Value>(above), new Queue<Value>(below));
        Value product = multiply.TryDequeue(out Value? first) ? first : _emit(new Fill(1, type), []);
        while (multiply.Count + divide.Count > 0)
        {
            product = divide.TryDequeue(out Value? divisor) ? _emit(Divide.Instance, [product, divisor]) : product;
            product = multiply.TryDequeue(out Value? factor) ? _emit(Multiply.Instance, [product, factor]) : product;
        }

        return negative ? _emit(Negate.Instance, [product]) : product;
    }

    // |x| moved is |x moved|, although they are two values
    private object? Same(Factor factor) => factor.Atom is { } atom ? _forms.Kinked(atom) ?? (object)atom : null;

    private Value Power(Value value, int power) => power switch
    {
        1 => value,
        2 => _emit(Multiply.Instance, [value, value]),
        _ => _emit(new NumberPower(power), [value]),
    };

    // |x| sign x = x
    private Value? SignedAbs(Value left, Value right)
    {
        return Of(left, right) ?? Of(right, left);

        Value? Of(Value size, Value sign) =>
            sign.Definition is { Primitive: Sign, Operands: [var x] } && _forms.Kinked(size) is { IsAbsolute: true, Base: var of } && of == x ? x : null;
    }

    // rows times columns of the same, as sums of squares
    private Value? ScalarProduct(MatMul product, Value left, Value right)
    {
        Shape result = product.InferResult([left.Type, right.Type]).Shape;
        int terms = left.Type.Shape[product.TransposeLeft ? ^2 : ^1];
        if (result[^1] != 1 || result[^2] != 1 || !left.Type.Shape.Sizes[..^2].SequenceEqual(right.Type.Shape.Sizes[..^2]))
        {
            return null;
        }

        var line = new Reshape([.. result.Sizes[..^2], terms]);
        return Product([.. FactorsOf(_emit(line, [left]), 0), .. FactorsOf(_emit(line, [right]), 0)], left.Type with { Shape = line.Target }) is { } squares
            ? _emit(new Reshape(result), [_emit(new Sum(new Axes(result.Rank - 2)), [squares])])
            : null;
    }

    /// <summary>A factor of a product; −1 if the atom is null.</summary>
    private readonly record struct Factor(Value? Atom, int Power);

    private sealed record Key : IDerivation<Graph>
    {
        public static Key Instance { get; } = new();
    }
}
