using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>Rewrites smooth compositions of functions that have a kink, so that the kink is gone before derivatives are taken.</summary>
/// <remarks>
/// <c>‖x‖²</c> is smooth and <c>‖x‖</c> is not: differentiated as a product, the square has the first derivative 0 at 0, which is right, and the second 0,
/// which is not. Rewritten are products and even powers of equal absolute values (<c>|x|² = x²</c>) and of odd functions of them
/// (<c>|x| tanh |x| = x tanh x</c>), products of equal roots (<c>√s √s = s</c>, for s that cannot be negative), even functions of absolute values, what two
/// halves make (<c>max(x, 0)² + max(−x, 0)² = x²</c>), and pairs (<c>max(a, b) min(a, b) = a b</c>). The value changes by rounding at most, which is why
/// simplification, which keeps every bit, does none of this. Where a kink stays, <see cref="KinkSearch"/> finds it.
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
        Multiply => Product([.. FactorsOf(operands[0], 0), .. FactorsOf(operands[1], 0)], units => Joined(primitive, operands, units))
            ?? SignedAbs(operands[0], operands[1]) ?? OrderedPairs.Product(operands[0], operands[1], _emit),
        Divide => Product(
            [.. FactorsOf(operands[0], 0), .. Powers(FactorsOf(operands[1], 0), -1)], units => Joined(primitive, operands, units)),
        NumberPower { Exponent: var power } when IsWhole(power) =>
            Product(Powers(FactorsOf(operands[0], 0), (int)power), units => Repeated((int)power, operands[0], units, 0)),
        Abs when _forms.IsNonNegative(operands[0]) => operands[0],
        Cos or Cosh when _forms.Kinked(operands[0]) is { IsAbsolute: true, Base: var x } => _emit(primitive, [x]),
        Add => Halves.Sum(operands[0], operands[1], _emit) ?? OrderedPairs.Sum(operands[0], operands[1], _emit),
        Subtract => Halves.Difference(operands[0], operands[1]) ?? OrderedPairs.Difference(operands[0], operands[1], _emit),
        MatMul product => ScalarProduct(product, operands[0], operands[1]) ?? _spectra.Product(product, operands[0], operands[1]),
        Sum sum => _spectra.TangentSum(sum, operands[0]),
        _ => null,
    };

    private static bool IsWhole(double power) => power == Math.Round(power) && Math.Abs(power) is >= 2 and <= MostFactors;

    private static ImmutableArray<Factor> Powers(ImmutableArray<Factor> factors, int power) =>
        [.. factors.Select(factor => factor with { Power = factor.Power * power, IsInverted = factor.IsInverted || power < 0 })];

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
    /// <param name="factors">Its factors, in order.</param>
    /// <param name="among">The product as it stands, with other values for those whose kinks cancel.</param>
    private Value? Product(ImmutableArray<Factor> factors, Func<Units, Value> among)
    {
        if (factors.Length > 2 * MostFactors || !factors.Any(factor => factor.Atom is { } atom && _forms.Kinked(atom) is not null))
        {
            return null;
        }

        // What divides and what multiplies does not cancel: |x|/|x| is not a number at 0. What divides is infinite at its kink however it is written, and
        // squares would only narrow its range.
        IGrouping<(object Same, bool Above), Factor>[] groups =
            [.. factors.Where(factor => factor.Atom is not null).GroupBy(factor => (Same(factor), factor.Power > 0))];
        int?[] smooth = [.. groups.Select(Smooth)];
        if (smooth.All(power => power is null)
            || groups.Where((_, i) => smooth[i] is not null).Any(group => group.Any(factor => factor.IsInverted))
            || (groups.Length > 1 && factors.Sum(factor => Math.Abs(factor.Power)) > 4 * MostFactors))
        {
            return null;
        }

        if (groups.Length > 1)
        {
            return among(new Units([.. factors.Select(factor => Array.FindIndex(groups, group => factor.Atom is not null && group.Contains(factor)))], smooth));
        }

        KinkedForms.KinkedForm form = _forms.Kinked(groups[0].First().Atom!)!;
        Value product = form.IsAbsolute
            ? groups[0].GroupBy(factor => factor.Atom!).Select(odd => Power(_forms.Kinked(odd.Key)!.Base, odd.Sum(factor => factor.Power)))
                .Aggregate((left, right) => _emit(Multiply.Instance, [left, right]))
            : Power(form.Base, smooth[0]!.Value);
        bool negative = factors.Where(factor => factor.Atom is null).Sum(factor => factor.Power) % 2 != 0;
        return negative ? _emit(Negate.Instance, [product]) : product;

        int? Smooth(IGrouping<(object Same, bool Above), Factor> group) => group.Key.Above
            ? _forms.Kinked(group.First().Atom!)?.Smooth(group.Sum(factor => factor.Power)) : null;
    }

    // A product with other factors is made as it stands, so that what is in range stays so: with x for |x|, or for a root v = u (v / u), with a constant u, the
    // number that it has, and the smooth power of v / u, which is about 1, beside the first of its factors. Where v is 0, u is 1.
    private Value Among(Value value, Units units, int depth)
    {
        ImmutableArray<Factor> factors = FactorsOf(value, depth);
        if (factors is [{ Atom: { } atom, Power: 1 }] && atom == value)
        {
            return units.Next() is { } power ? Scaled(value, power) : value;
        }

        Equation definition = value.Definition!;
        ImmutableArray<Value> operands = definition.Operands;
        switch (definition.Primitive)
        {
            case Multiply or Divide:
                return Joined(definition.Primitive, operands, units, depth + 1);
            case Negate:
                units.Skip();
                return _emit(definition.Primitive, [Among(operands[0], units, depth + 1)]);
            case NumberPower { Exponent: var exponent }:
                return Repeated((int)exponent, operands[0], units, depth + 1);
            default:
                return _emit(definition.Primitive, [Among(operands[0], units, depth + 1)]);
        }
    }

    private Value Joined(Primitive primitive, ImmutableArray<Value> operands, Units units, int depth = 0)
    {
        Value left = Among(operands[0], units, depth);
        return _emit(primitive, [left, Among(operands[1], units, depth)]);
    }

    private Value Repeated(int power, Value value, Units units, int depth)
    {
        int start = units.Position;
        Value product = Among(value, units, depth);
        if (power < 0)
        {
            return _emit(new NumberPower(power), [product]);
        }

        for (int i = 1; i < power; i++)
        {
            units.Position = start;
            product = _emit(Multiply.Instance, [product, Among(value, units, depth)]);
        }

        return product;
    }

    private Value Scaled(Value value, int power)
    {
        if (_forms.Kinked(value) is { IsAbsolute: true, Base: var x })
        {
            return x;
        }

        (Value unit, Value smooth) = _forms.Scaled(value);
        return power == 0 ? unit : _emit(Multiply.Instance, [unit, Power(smooth, power)]);
    }

    // |x| moved is |x moved|, although they are two values
    private object Same(Factor factor) => _forms.Kinked(factor.Atom!)?.Kind ?? factor.Atom!;

    private Value Power(Value value, int power) => power switch
    {
        1 => value,
        2 => _emit(Multiply.Instance, [value, value]),
        _ => _emit(new NumberPower(power), [value]),
    };

    // |x| sign x = x, and f(|x|) sign x = f(x) for an odd f
    private Value? SignedAbs(Value left, Value right)
    {
        return Of(left, right) ?? Of(right, left);

        Value? Of(Value size, Value sign) =>
            sign.Definition is not { Primitive: Sign, Operands: [var x] } || _forms.Kinked(size) is not { Root: { } root } odd ? null
            : x == root ? odd.Base
            : KinkedForms.AreOpposite(x, root) ? _emit(Negate.Instance, [odd.Base])
            : null;
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
        ImmutableArray<Value> lines = [_emit(line, [left]), _emit(line, [right])];
        return Product([.. FactorsOf(lines[0], 0), .. FactorsOf(lines[1], 0)], units => Joined(Multiply.Instance, lines, units)) is { } squares
            ? _emit(new Reshape(result), [_emit(new Sum(new Axes(result.Rank - 2)), [squares])])
            : null;
    }

    /// <summary>A factor of a product; −1 if the atom is null.</summary>
    private readonly record struct Factor(Value? Atom, int Power)
    {
        /// <summary>Whether it divides, or divides what divides.</summary>
        public bool IsInverted { get; init; }
    }

    /// <summary>What stands for the factors of a product, in their order.</summary>
    /// <param name="groups">The group of each factor; −1 for none.</param>
    /// <param name="smooth">The power of the base that each group is; null where its kink stays.</param>
    private sealed class Units(int[] groups, int?[] smooth)
    {
        private readonly bool[] _given = new bool[smooth.Length];

        /// <summary>The next factor.</summary>
        public int Position { get; set; }

        /// <summary>Passes over a factor.</summary>
        public void Skip() => Position++;

        /// <summary>The power of the base beside the next factor, 0 for a later one of its group; null where it stays as it is.</summary>
        public int? Next()
        {
            int group = groups[Position++];
            if (group < 0 || smooth[group] is not { } power)
            {
                return null;
            }

            int? next = _given[group] ? 0 : power;
            _given[group] = true;
            return next;
        }
    }

    private sealed record Key : IDerivation<Graph>
    {
        public static Key Instance { get; } = new();
    }
}
