using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hyperdiff;

/// <summary>A variable that a function captured, or a field of what it captured, with what it held.</summary>
/// <param name="Name">The name of the variable, and the way from there: <c>options.Rate</c>.</param>
/// <param name="Field">The field that holds it.</param>
/// <param name="Holder">The closure, or the object.</param>
/// <param name="Value">What it held.</param>
internal sealed record CapturedField(string Name, FieldInfo Field, object Holder, object? Value)
{
    private readonly Array? _elements = Value is Array array ? (Array)array.Clone() : null;

    /// <summary>Whether it holds the same: an equal value, or the same object, and if that is an array with the same elements.</summary>
    public bool StillHolds()
    {
        object? now = Field.GetValue(Holder);
        return (Field.FieldType.IsValueType || Value is ValueType or string ? IsSame(now, Value) : ReferenceEquals(now, Value))
            && (_elements is null || SameElements((Array)now!, _elements));
    }

    /// <summary>Whether two values are the same to a function: 0 and −0 are equal, and 1/x tells them apart.</summary>
    public static bool IsSame(object? left, object? right) => Equals(left, right) && (left, right) switch
    {
        (double one, double other) => double.IsNegative(one) == double.IsNegative(other),
        (float one, float other) => float.IsNegative(one) == float.IsNegative(other),
        (ITuple one, ITuple other) => Enumerable.Range(0, one.Length).All(i => IsSame(one[i], other[i])),
        _ => true,
    };

    /// <summary>What the field of a closure, or a field or property of an object, is called in the source.</summary>
    public static string NameOf(string path, FieldInfo field)
    {
        string name = field.Name switch
        {
            ['<', .. var inner] when inner.IndexOf(">k__BackingField", StringComparison.Ordinal) is > 0 and var end => inner[..end],
            ['<', .. var inner] when inner.EndsWith("__this", StringComparison.Ordinal) => "this",
            [.. var bare, '@'] => bare,
            var plain => plain,
        };

        // a cell of F# is the variable itself
        return path.Length == 0 ? name : field.DeclaringType is { Namespace: "Microsoft.FSharp.Core", Name: "FSharpRef`1" } ? path : $"{path}.{name}";
    }

    private static bool SameElements(Array now, Array then)
    {
        if (now.Length != then.Length)
        {
            return false;
        }

        if (now.GetType().GetElementType() is { IsPrimitive: true })
        {
            return SameBytes(now, then, SizeOf(now.GetType().GetElementType()!));
        }

        System.Collections.IEnumerator others = then.GetEnumerator();
        foreach (object? item in now)
        {
            others.MoveNext();
            if (item is ValueType or string ? !IsSame(item, others.Current) : !ReferenceEquals(item, others.Current))
            {
                return false;
            }
        }

        return true;
    }

    private static int SizeOf(Type primitive) => Type.GetTypeCode(primitive) switch
    {
        TypeCode.Boolean or TypeCode.Byte or TypeCode.SByte => 1,
        TypeCode.Char or TypeCode.Int16 or TypeCode.UInt16 => 2,
        TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Single => 4,
        TypeCode.Object => IntPtr.Size,
        _ => 8,
    };

    // in parts, since a span has 2³¹ bytes at most
    private static bool SameBytes(Array now, Array then, int size)
    {
        const long Part = 1 << 30;
        long bytes = now.LongLength * size;
        for (long start = 0; start < bytes; start += Part)
        {
            if (!Bytes(now, start).SequenceEqual(Bytes(then, start)))
            {
                return false;
            }
        }

        return true;

        ReadOnlySpan<byte> Bytes(Array array, long start) => MemoryMarshal.CreateReadOnlySpan(
            ref Unsafe.AddByteOffset(ref MemoryMarshal.GetArrayDataReference(array), (nint)start), (int)Math.Min(Part, bytes - start));
    }
}
