using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Tests.Primitives;

namespace Hyperdiff.Tests.Formalities;

/// <summary>What a primitive does, found out by asking it, on the cases of the law suites.</summary>
internal static class PrimitiveProbe
{
    private static readonly DType[] s_types = [DType.Bool, DType.Int32, DType.Float32, DType.Float64];

    /// <summary>The element types of the operands that are not indices or masks; of those, where there are no others.</summary>
    public static string Types(IReadOnlyCollection<PrimitiveCase> cases)
    {
        DType[] accepted = [.. s_types.Where(type => cases.Any(item => item.Operands.Any(operand => operand.DType is null) && Accepts(item, type)))];
        DType[] given = [.. cases.SelectMany(item => item.Operands).Select(operand => operand.DType).OfType<DType>().Distinct().Order()];
        DType[] results = [.. s_types.Where(type => cases.Any(item => item.Operands.Length == 0 && item.Primitive.Infer([])[0].DType == type))];
        return string.Join(", ", (accepted.Length > 0 ? accepted : given.Length > 0 ? given : results).Select(type => type.Name()));
    }

    /// <summary>Whether there is a tangent rule, and in which operands the equation is linear and so has a transpose.</summary>
    public static string Derivative(IReadOnlyCollection<PrimitiveCase> cases)
    {
        PrimitiveCase? item = cases.FirstOrDefault(item => item.Active.Count > 0);
        if (item is null)
        {
            return "none";
        }

        if (HasNoTangent(item))
        {
            return "0";
        }

        if (IsLinear(item, item.Active))
        {
            return item.Operands.Length == 1 ? "linear" : $"linear in {Named(item.Active)}";
        }

        int[] alone = [.. item.Active.Items.Where(i => IsLinear(item, i))];
        return alone.Length switch
        {
            0 => "tangent",
            1 => $"tangent; linear in {Named(alone)}",
            _ => $"tangent; linear in each of {Named(alone)}",
        };
    }

    private static string Named(Axes operands) => string.Join(", ", operands.Items.Select(i => i + 1));

    // a primitive that holds a graph has the types of that graph, whatever it infers
    private static bool Accepts(PrimitiveCase item, DType type)
    {
        if (type.IsFloating() ? !item.DTypes.Contains(type) : item.Primitive is not Operation)
        {
            return false;
        }

        try
        {
            item.Primitive.Infer([.. item.Operands.Select(operand => new TensorType(operand.DType ?? type, operand.Shape))]);
            return true;
        }
        catch (Exception exception) when (exception is DTypeMismatchException or ShapeMismatchException)
        {
            return false;
        }
    }

    private static bool HasNoTangent(PrimitiveCase item)
    {
        Tensor[] x = item.At(DType.Float64);
        Tensor[] directions = PrimitiveTheory.Directions(x.Select(operand => operand.Type), seed: 41);
        Tensor?[] tangents = [.. x.Select((_, i) => item.Active.Contains(i) ? directions[i] : null)];
        return item.Primitive.Differentiate(x, tangents).Tangents.All(tangent => tangent is null);
    }

    private static bool IsLinear(PrimitiveCase item, Axes unknown)
    {
        Tensor[] x = item.At(DType.Float64);
        Tensor[] cotangents = PrimitiveTheory.Directions(item.Primitive.Apply(x).Select(result => result.Type), seed: 42);
        try
        {
            Tensor?[] transposed = item.Primitive.Transpose(cotangents,
                [.. x.Select((operand, i) => new Operand(operand.Type, unknown.Contains(i) ? null : operand))]);
            return unknown.Items.All(i => transposed[i] is not null);
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException)
        {
            return false;
        }
    }
}
