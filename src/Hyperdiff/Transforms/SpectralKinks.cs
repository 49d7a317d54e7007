using Hyperdiff.Decompositions;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>The kinks of eigenvalues and singular values: where several are equal, in functions that do not treat these alike, and where a singular value is 0,
/// in functions that are not even in it.</summary>
/// <remarks>
/// <c>Σλ²</c> is smooth at equal eigenvalues, the greatest eigenvalue is not: which it is, the equations that follow tell. Alike are elementwise functions with
/// what is the same for all values, and sums and the like of all. What is not recognized counts as a kink.
/// </remarks>
/// <param name="graph">The function.</param>
internal sealed class SpectralKinks(Graph graph)
{
    private ILookup<Value, Equation>? _uses;

    /// <summary>The kinks of a decomposition; none of other primitives.</summary>
    public IEnumerable<KinkMask> Of(Equation equation, Tensor[] results)
    {
        (Value? values, Tensor? numbers) = equation.Primitive switch
        {
            SymmetricEigen => (equation.Results[0], results[0]),
            Svd => (equation.Results[1], results[1]),
            _ => ((Value?)null, (Tensor?)null),
        };
        if (values is null || numbers is null || values.Type.Shape[^1] == 0)
        {
            yield break;
        }

        int count = values.Type.Shape[^1];
        double width = count * Math.Pow(values.Type.DType.Epsilon(), Ties.FirstQuotient);
        Tensor size = numbers.Abs(), tied = width * size.Max(-1, keepAxis: true);
        if (count > 1 && Apart(values)[..^1] is var apart && apart.Contains(true))
        {
            Tensor gaps = (numbers.Slice(-1, 1, count) - numbers.Slice(-1, 0, count - 1)).Abs();
            yield return KinkMask.Tie(equation.Primitive.Name, Places(gaps, apart) <= tied);
        }

        if (equation.Primitive is Svd && Odd(values) is var odd && odd.Contains(true))
        {
            yield return KinkMask.At(equation.Primitive.Name, 0, Places(size, odd) <= tied);
        }
    }

    private static Tensor Places(Tensor numbers, bool[] chosen) => !chosen.Contains(false)
        ? numbers
        : Tensor.Concat(-1, [.. Enumerable.Range(0, chosen.Length).Where(i => chosen[i]).Select(i => numbers.Slice(-1, i, i + 1))]);

    /// <summary>For every value, whether it and the next one are used otherwise than alike.</summary>
    private bool[] Apart(Value values)
    {
        var apart = new bool[values.Type.Shape[^1]];
        var pending = new Stack<Value>([values]);
        var seen = new HashSet<Value>([values]);
        while (pending.TryPop(out Value? value))
        {
            if (graph.Outputs.Contains(value))
            {
                Array.Fill(apart, true);
            }

            foreach (Equation use in Uses(value))
            {
                if (IsAlike(use, value, seen))
                {
                    if (seen.Add(use.Results[0]))
                    {
                        pending.Push(use.Results[0]);
                    }
                }
                else if (use.Primitive is Slice slice && value == values && !IsPartOfProducts(use, value))
                {
                    (int start, int end) = Range(slice, value);
                    apart.AsSpan(Math.Max(0, start - 1)..Math.Min(apart.Length, end)).Fill(true);
                }
                else if (!IsSymmetric(use, value))
                {
                    Array.Fill(apart, true);
                }
            }
        }

        return apart;
    }

    // does the same with every value, and keeps their places
    private static bool IsAlike(Equation use, Value value, HashSet<Value> seen) => use.Primitive switch
    {
        Elementwise => use.Operands.All(operand => operand == value || seen.Contains(operand) || IsUniform(operand)),
        Softmax { Axis: var axis } => axis == value.Type.Shape.Rank - 1,
        _ => false,
    };

    // gives the same whatever the order of the values, or has a rule for ties of its own
    private bool IsSymmetric(Equation use, Value value) => use.Primitive switch
    {
        Reduction { Reduced: var reduced } => reduced.Contains(value.Type.Shape.Rank - 1),
        LogSumExp { Axis: var last } => last == value.Type.Shape.Rank - 1,
        EigenTangent or SpectralMatrix or SingularTangent or SingularMatrix => true,
        TieDirections or DividedDifferences or ReciprocalGaps or RotationPullback => true,
        LinearRecurrence => IsProduct(use, value),
        Slice => IsPartOfProducts(use, value),
        _ => false,
    };

    private bool IsPartOfProducts(Equation slice, Value value) =>
        Uses(slice.Results[0]).All(pad => pad.Primitive is Pad && Uses(pad.Results[0]).All(product => IsProduct(product, value)));

    /// <summary>For every singular value, whether it is used otherwise than by its square.</summary>
    private bool[] Odd(Value values)
    {
        var odd = new bool[values.Type.Shape[^1]];
        if (graph.Outputs.Contains(values))
        {
            Array.Fill(odd, true);
        }

        foreach (Equation use in Uses(values))
        {
            switch (use.Primitive)
            {
                case Multiply when use.Operands[0] == use.Operands[1]:
                case NumberPower { Exponent: var power } when power > 0 && power % 2 == 0:
                case EuclideanNorm or SingularTangent or SingularMatrix or TieDirections or DividedDifferences or ReciprocalGaps:
                    break;
                case Slice slice:
                    (int start, int end) = Range(slice, values);
                    odd.AsSpan(start..end).Fill(true);
                    break;
                default:
                    Array.Fill(odd, true);
                    break;
            }
        }

        return odd;
    }

    // the last of the products of the first 1, 2, … values: that of all
    private bool IsProduct(Equation use, Value value) => use.Primitive is LinearRecurrence { Axis: var axis } && axis == value.Type.Shape.Rank - 1
        && use.Operands[0] == value
        && Uses(use.Results[0]).All(part => part.Primitive is Slice slice && Range(slice, value).Start == value.Type.Shape[^1] - 1);

    private static (int Start, int End) Range(Slice slice, Value value)
    {
        int last = value.Type.Shape.Rank - 1, first = slice.Starts[last], end = first + ((slice.Counts[last] - 1) * slice.Steps[last]);
        return slice.Counts[last] == 0 ? (0, 0) : (Math.Min(first, end), Math.Max(first, end) + 1);
    }

    // the same for all elements of the last axis
    private static bool IsUniform(Value operand)
    {
        while (operand.Definition is { Primitive: BroadcastTo, Operands: [var source] })
        {
            if (source.Type.Shape.Rank == 0 || source.Type.Shape[^1] == 1)
            {
                return true;
            }

            operand = source;
        }

        return operand.Definition?.Primitive is Fill || operand.Type.Shape.Rank == 0 || operand.Type.Shape[^1] == 1;
    }

    private IEnumerable<Equation> Uses(Value value) => (_uses ??= graph.Equations.SelectMany(use => use.Operands.Distinct(), (use, operand) => (use, operand))
        .ToLookup(pair => pair.operand, pair => pair.use))[value];
}
