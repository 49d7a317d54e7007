using Microsoft.FSharp.Core;

namespace Hyperdiff.DiffSharp.Tests;

/// <summary>DiffSharp tensors with everything said that DiffSharp would otherwise take from its process-wide settings.</summary>
internal static class Make
{
    public static FSharpOption<DiffDtype> Float64 { get; } = FSharpOption<DiffDtype>.Some(DiffDtype.Float64);

    public static FSharpOption<DiffDevice> Host { get; } = FSharpOption<DiffDevice>.Some(DiffDevice.CPU);

    public static FSharpOption<DiffBackend> Reference { get; } = FSharpOption<DiffBackend>.Some(DiffBackend.Reference);

    public static DiffTensor Vector(params double[] elements) => Of(elements, DiffDtype.Float64);

    public static DiffTensor Scalar(double value) => Of(value, DiffDtype.Float64);

    public static DiffTensor Matrix(double[,] elements) => Of(elements, DiffDtype.Float64);

    public static DiffTensor Of(object values, DiffDtype dtype) => dsharp.tensor(values, Host, FSharpOption<DiffDtype>.Some(dtype), Reference);

    public static FSharpFunc<DiffTensor, DiffTensor> F(Func<DiffTensor, DiffTensor> function) => FuncConvert.FromFunc(function);

    public static double[] Elements(DiffTensor tensor) => tensor.ToHyperdiff().ToArray<double>();

    public static void Close(double expected, DiffTensor actual, double tolerance) => Close([expected], actual, tolerance);

    /// <summary>Equal within a tolerance, relative to the largest number that is expected.</summary>
    public static void Close(double[] expected, DiffTensor actual, double tolerance)
    {
        double[] found = Elements(actual);
        Assert.Equal(expected.Length, found.Length);
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < found.Length; i++)
        {
            Assert.True(Math.Abs(found[i] - expected[i]) <= tolerance * scale, $"element {i}: expected {expected[i]:R}, found {found[i]:R}");
        }
    }
}
