using Hyperdiff.Decompositions;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>Recognizes functions of a matrix that are made by a decomposition, and that are smooth where its vectors have no derivative.</summary>
/// <remarks>
/// <c>V diag(x) Vᵀ</c> becomes a <see cref="SpectralMatrix"/>, <c>U diag(x) Vᵀ</c> a <see cref="SingularMatrix"/>, whose derivatives go by the matrix and not
/// by the vectors: so does the projection on several vectors, where x is 1 for these. And <c>Σ xᵢ ẇᵢ</c>, of the tangents of values along S, becomes
/// <c>⟨V diag(x) Vᵀ, S⟩</c>, so that what is differentiated forwards first has the same derivatives as what is differentiated backwards first.
/// </remarks>
/// <param name="emit">Adds an equation.</param>
internal sealed class SpectralForms(Emitter emit)
{
    private const int Deepest = 16;

    private readonly Dictionary<Value, (Value Tangent, Value? Coefficient)> _coefficients = [];
    private readonly Dictionary<(Value Value, bool Columns), Factor?> _factors = [];

    /// <summary>Whether a graph with this primitive may have such functions.</summary>
    public static bool MayStart(Primitive primitive) => primitive is SymmetricEigen or Svd or EigenTangent or SingularTangent;

    /// <summary>A product of vectors with vectors, as a function of the matrix that they are of.</summary>
    public Value? Product(MatMul product, Value left, Value right)
    {
        if (product.TransposeLeft || Scaled(left, columns: true, 0) is not { } first)
        {
            return null;
        }

        Equation of = first.Vectors.Definition!;
        switch (of.Primitive)
        {
            case SymmetricEigen when first.Vectors == of.Results[1] && Scaled(right, columns: product.TransposeRight, 0) is { } second:
                bool turned = second.IsTransposed != product.TransposeRight;
                return turned && second.Vectors == first.Vectors && second.Taken == first.Taken && !first.IsTransposed
                    ? emit(SpectralMatrix.Instance, [of.Operands[0], of.Results[0], of.Results[1], Whole(first, second, of.Results[0].Type)])
                    : null;
            case Svd when first.Vectors == of.Results[0] && !product.TransposeRight && Scaled(right, columns: false, 0) is { IsTransposed: false } other:
                return other.Vectors == of.Results[2] && other.Taken == first.Taken && !first.IsTransposed
                    ? emit(SingularMatrix.Instance, [of.Operands[0], .. of.Results, Whole(first, other, of.Results[1].Type)])
                    : null;
            default:
                return null;
        }
    }

    /// <summary>A sum of multiples of the tangents of values.</summary>
    public Value? TangentSum(Sum sum, Value operand)
    {
        int last = operand.Type.Shape.Rank - 1;
        if (!sum.Reduced.Contains(last) || Coefficient(operand, 0) is not ({ Definition: { } of }, var coefficient) || coefficient is null)
        {
            return null;
        }

        Primitive gradient = of.Primitive is EigenTangent ? SpectralMatrix.Instance : SingularMatrix.Instance;
        Value matrix = emit(gradient, [.. of.Operands[..^1], coefficient]);
        return emit(new Sum([.. sum.Reduced.Items, last + 1]), [emit(Multiply.Instance, [matrix, of.Operands[^1]])]);
    }

    // x of x ẇ, linear in one tangent ẇ of values
    private (Value Tangent, Value? Coefficient) Coefficient(Value value, int depth)
    {
        if (depth > Deepest)
        {
            return (value, null);
        }

        if (!_coefficients.TryGetValue(value, out (Value Tangent, Value? Coefficient) known))
        {
            _coefficients[value] = known = Found(value, depth);
        }

        return known;
    }

    private (Value Tangent, Value? Coefficient) Found(Value value, int depth)
    {
        switch (value.Definition)
        {
            case { Primitive: EigenTangent or SingularTangent, Results: var results } when results[0] == value:
                return (value, emit(new Fill(1, value.Type), []));
            case { Primitive: Multiply, Operands: [var x, var y] }:
                ((Value ofX, Value? left), (Value ofY, Value? right)) = (Coefficient(x, depth + 1), Coefficient(y, depth + 1));
                return (left, right) switch
                {
                    ({ } c, null) => (ofX, emit(Multiply.Instance, [c, y])),
                    (null, { } c) => (ofY, emit(Multiply.Instance, [x, c])),
                    _ => (value, null),
                };
            case { Primitive: Divide, Operands: [var x, var y] } when Coefficient(x, depth + 1) is (var tangent, { } c)
                && Coefficient(y, depth + 1).Coefficient is null:
                return (tangent, emit(Divide.Instance, [c, y]));
            case { Primitive: Negate, Operands: [var x] } when Coefficient(x, depth + 1) is (var tangent, { } c):
                return (tangent, emit(Negate.Instance, [c]));
            case { Primitive: Add or Subtract, Operands: [var x, var y] }
                when Coefficient(x, depth + 1) is (var first, { } a) && Coefficient(y, depth + 1) is (var second, { } b) && first == second:
                return (first, emit(value.Definition.Primitive, [a, b]));
            default:
                return (value, null);
        }
    }

    // V, some of its columns, or those times numbers
    private Factor? Scaled(Value value, bool columns, int depth)
    {
        if (depth > Deepest)
        {
            return null;
        }

        if (!_factors.TryGetValue((value, columns), out Factor? known))
        {
            _factors[(value, columns)] = known = Found(value, columns, depth);
        }

        return known;
    }

    private Factor? Found(Value value, bool columns, int depth)
    {
        switch (value.Definition)
        {
            case { Primitive: SymmetricEigen, Results: var results } when results[1] == value:
                return new Factor(value, null, null, false);
            case { Primitive: Svd, Results: var results } when results[0] == value || results[2] == value:
                return new Factor(value, null, null, false);
            case { Primitive: Permute { Order: var order }, Operands: [var x] } when Turns(order) && Scaled(x, !columns, depth + 1) is { } turned:
                return turned with { IsTransposed = !turned.IsTransposed };
            case { Primitive: Slice slice, Operands: [var x] } when Scaled(x, columns, depth + 1) is { Taken: null, Numbers: null } whole
                && Taken(slice, x.Type.Shape, columns) is { } taken:
                return whole with { Taken = taken };
            case { Primitive: Multiply, Operands: [var x, var y] }:
                return With(x, y) ?? With(y, x);
            default:
                return null;
        }

        Factor? With(Value vectors, Value numbers) => Scaled(vectors, columns, depth + 1) is { } factor && Along(numbers, columns) is { } along
            ? factor with { Numbers = factor.Numbers is { } before ? emit(Multiply.Instance, [before, along]) : along }
            : null;
    }

    private static bool Turns(Axes order)
    {
        int rank = order.Count;
        return rank >= 2 && order[rank - 1] == rank - 2 && order[rank - 2] == rank - 1 && order.Items[..^2].SequenceEqual(Enumerable.Range(0, rank - 2));
    }

    // the numbers that a matrix repeats in every row, if they belong to columns, or in every column
    private Value? Along(Value matrix, bool columns)
    {
        int rank = matrix.Type.Shape.Rank;
        if (matrix.Definition is not { Primitive: BroadcastTo, Operands: [var source] } || rank < 2)
        {
            return null;
        }

        int[] batch = [.. matrix.Type.Shape.Sizes[..^2]], size = [matrix.Type.Shape[columns ? ^1 : ^2]];
        Shape vector = [.. batch, .. size];
        int own = source.Type.Shape.Rank;
        if (own > 0 && source.Type.Shape.ElementCount == 1)
        {
            return emit(new BroadcastTo(vector), [emit(new Reshape(Shape.Scalar), [source])]);
        }

        bool isRow = own >= 1 && source.Type.Shape[^1] == size[0] && (own == 1 || source.Type.Shape[^2] == 1);
        bool isColumn = own >= 2 && source.Type.Shape[^2] == size[0] && source.Type.Shape[^1] == 1;
        if (own == 0)
        {
            return emit(new BroadcastTo(vector), [source]);
        }

        if (columns ? !isRow : !isColumn)
        {
            return null;
        }

        Shape flat = [.. own > 2 ? source.Type.Shape.Sizes[..^2].ToArray() : [], .. size];
        return emit(new BroadcastTo(vector), [emit(new Reshape(flat), [source])]);
    }

    // the columns, or rows, that a slice takes, all of the others
    private static (int Start, int Count)? Taken(Slice slice, Shape whole, bool columns)
    {
        int axis = whole.Rank - (columns ? 1 : 2);
        return Enumerable.Range(0, whole.Rank)
            .All(i => slice.Steps[i] == 1 && (i == axis || slice.Counts[i] == whole[i])) ? (slice.Starts[axis], slice.Counts[axis]) : null;
    }

    // x for all values: 0 for those whose vectors are not taken
    private Value Whole(Factor first, Factor second, TensorType values)
    {
        (int start, int count) = first.Taken ?? (0, values.Shape[^1]);
        TensorType taken = values with { Shape = [.. values.Shape.Sizes[..^1], count] };
        Value numbers = (first.Numbers, second.Numbers) switch
        {
            ({ } x, { } y) => emit(Multiply.Instance, [x, y]),
            ({ } x, null) => x,
            (null, { } y) => y,
            _ => emit(new Fill(1, taken), []),
        };
        return first.Taken is null ? numbers
            : emit(new Pad(values.Shape, [.. Enumerable.Repeat(0, values.Shape.Rank - 1), start], [.. Enumerable.Repeat(1, values.Shape.Rank)]), [numbers]);
    }

    /// <summary>Vectors of a decomposition, each times a number.</summary>
    /// <param name="Vectors">All of them.</param>
    /// <param name="Numbers">One for each that is taken; null for ones.</param>
    /// <param name="Taken">Which are taken; null for all.</param>
    /// <param name="IsTransposed">Whether rows and columns are exchanged.</param>
    private sealed record Factor(Value Vectors, Value? Numbers, (int Start, int Count)? Taken, bool IsTransposed);
}
