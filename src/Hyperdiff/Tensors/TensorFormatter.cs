using System.Globalization;
using System.Text;

namespace Hyperdiff;

/// <summary>Prints tensors for people: aligned columns, six significant digits, long axes abbreviated, the type behind.</summary>
internal static class TensorFormatter
{
    private const int Edge = 3;
    private const int LongestAxis = 8;

    public static string Format(TensorType type, HostArray array)
    {
        var text = new StringBuilder();
        if (type.Shape.ElementCount == 0)
        {
            text.Append("[]");
        }
        else
        {
            int width = Rank1Or0(type) ? 0 : Visible(type.Shape, 0, 0).Max(index => Element(array, index).Length);
            Append(text, array, width, (0, 0));
        }

        return text.Append("  ").Append(type).ToString();
    }

    private static bool Rank1Or0(TensorType type) => type.Shape.Rank < 2;

    private static void Append(StringBuilder text, HostArray array, int width, (int Axis, int Start) from)
    {
        (int axis, int start) = from;
        Shape shape = array.Type.Shape;
        if (axis == shape.Rank)
        {
            text.Append(Element(array, start).PadLeft(width));
            return;
        }

        int stride = shape.Strides()[axis];
        bool innermost = axis == shape.Rank - 1;
        string separator = innermost ? ", " : "," + new string('\n', shape.Rank - 1 - axis) + new string(' ', axis + 1);
        text.Append('[');
        int previous = -1;
        foreach (int i in VisibleAlong(shape[axis]))
        {
            if (i > 0)
            {
                text.Append(separator);
            }

            if (i != previous + 1)
            {
                text.Append('…').Append(separator);
            }

            Append(text, array, width, (axis + 1, start + (i * stride)));
            previous = i;
        }

        text.Append(']');
    }

    private static IEnumerable<int> Visible(Shape shape, int axis, int start) => axis == shape.Rank
        ? [start]
        : VisibleAlong(shape[axis]).SelectMany(i => Visible(shape, axis + 1, start + (i * shape.Strides()[axis])));

    private static IEnumerable<int> VisibleAlong(int size) => size <= LongestAxis
        ? Enumerable.Range(0, size)
        : Enumerable.Range(0, Edge).Concat(Enumerable.Range(size - Edge, Edge));

    private static string Element(HostArray array, int index) => array.Type.DType switch
    {
        DType.Float32 => array.AsSpan<float>()[index].ToString("G6", CultureInfo.InvariantCulture),
        DType.Float64 => array.AsSpan<double>()[index].ToString("G6", CultureInfo.InvariantCulture),
        DType.Int32 => array.AsSpan<int>()[index].ToString(CultureInfo.InvariantCulture),
        _ => array.AsSpan<bool>()[index] ? "true" : "false",
    };
}
