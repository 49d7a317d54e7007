using System.Diagnostics;
using System.Globalization;

namespace Hyperdiff.Benchmarks.Kernels;

/// <summary>What the machine can do now, on one thread: the floor of a kernel.</summary>
/// <param name="BytesPerSecond">Read and written by a copy of 10 MB.</param>
/// <param name="OperationsPerSecond">Multiplications and additions of a product of 512³.</param>
internal sealed record KernelMachine(double BytesPerSecond, double OperationsPerSecond)
{
    /// <summary>The least of many.</summary>
    public static KernelMachine Measure(DType dtype)
    {
        const int Copied = 1_280_000, Size = 512;
        double[] source = new double[Copied], target = new double[Copied];
        Array.Fill(source, 1);
        Tensor x = Tensor.Ones([Size, Size], dtype);
        x = Tensor.FromHost(x.Read());
        double copy = Least(() => source.AsSpan().CopyTo(target)), product = Least(() => x.MatMul(x));
        return new(2.0 * sizeof(double) * Copied / copy, 2.0 * Size * Size * Size / product);
    }

    /// <summary>The least milliseconds that a kernel can take.</summary>
    public double Floor(double bytes, double work) => 1000 * Math.Max(bytes / BytesPerSecond, work / OperationsPerSecond);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"a copy moves {BytesPerSecond / 1e9:F1} GB/s, a product of 512³ makes {OperationsPerSecond / 1e9:F0} GFLOP/s");

    private static double Least(Action action)
    {
        double least = double.PositiveInfinity;
        for (int i = 0; i < 100; i++)
        {
            long started = Stopwatch.GetTimestamp();
            action();
            least = Math.Min(least, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return least;
    }
}
