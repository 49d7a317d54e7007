namespace Hyperdiff;

/// <summary>Questions about element types.</summary>
public static class DTypes
{
    /// <summary>Whether tensors of this type can be differentiated: <c>float32</c> and <c>float64</c>.</summary>
    public static bool IsFloating(this DType dtype) => dtype is DType.Float32 or DType.Float64;

    /// <summary>The name used in messages and tables: <c>float32</c>, <c>float64</c>, <c>int32</c>, <c>bool</c>.</summary>
    public static string Name(this DType dtype) => dtype switch
    {
        DType.Float32 => "float32",
        DType.Float64 => "float64",
        DType.Int32 => "int32",
        DType.Bool => "bool",
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "not a DType"),
    };

    /// <summary>The element type that holds values of <typeparamref name="T"/>.</summary>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is not float, double, int or bool.</exception>
    public static DType Of<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            return DType.Float64;
        }

        if (typeof(T) == typeof(float))
        {
            return DType.Float32;
        }

        if (typeof(T) == typeof(int))
        {
            return DType.Int32;
        }

        return typeof(T) == typeof(bool)
            ? DType.Bool
            : throw new ArgumentException($"A tensor holds float, double, int or bool, not {typeof(T).Name}; convert the elements first.");
    }

    /// <summary>The machine epsilon of a floating type: the distance from 1 to the next larger number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is not floating.</exception>
    public static double Epsilon(this DType dtype) => dtype switch
    {
        DType.Float32 => MathF.BitIncrement(1f) - 1f,
        DType.Float64 => Math.BitIncrement(1.0) - 1.0,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "only float32 and float64 have a machine epsilon"),
    };

    /// <summary>The largest machine epsilon among floating types, float64's if there are none: that to which numbers of all of them are known.</summary>
    internal static double CoarsestEpsilon(this ReadOnlySpan<TensorType> types)
    {
        double epsilon = DType.Float64.Epsilon();
        foreach (TensorType type in types)
        {
            epsilon = Math.Max(epsilon, type.DType.Epsilon());
        }

        return epsilon;
    }

    /// <summary>The largest machine epsilon among floating tensors, float64's if there are none.</summary>
    internal static double CoarsestEpsilon(this ReadOnlySpan<Tensor> tensors)
    {
        double epsilon = DType.Float64.Epsilon();
        foreach (Tensor tensor in tensors)
        {
            epsilon = Math.Max(epsilon, tensor.DType.Epsilon());
        }

        return epsilon;
    }

    /// <summary>The type of the arrays that hold elements.</summary>
    internal static Type ArrayType(this DType dtype) => dtype switch
    {
        DType.Float32 => typeof(float[]),
        DType.Float64 => typeof(double[]),
        DType.Int32 => typeof(int[]),
        DType.Bool => typeof(bool[]),
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "not a DType"),
    };

    internal static Array NewArray(this DType dtype, int length) => dtype switch
    {
        DType.Float32 => HugePages.For(new float[length]),
        DType.Float64 => HugePages.For(new double[length]),
        DType.Int32 => HugePages.For(new int[length]),
        DType.Bool => HugePages.For(new bool[length]),
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "not a DType"),
    };
}
