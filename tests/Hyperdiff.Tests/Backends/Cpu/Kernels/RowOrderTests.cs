using System.Numerics;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Graphs;
using Hyperdiff.Tests.Backends.Cpu.MatrixProducts;

namespace Hyperdiff.Tests.Backends.Cpu.Kernels;

/// <summary>What is computed of a row has the same bits whether it stands by itself or among others: an example's loss does not depend on the size of its
/// batch.</summary>
public sealed class RowOrderTests
{
    // less than a vector of either type, vectors with and without a rest, the longest tile of whole rows and beyond, more than a few chunks of tiles
    private static readonly int[] s_columns = [1, 2, 3, 7, 8, 9, 16, 17, 31, 33, 64, 100, 113, 129, 200, 227, 513, 1024, 1025, 3000, 40_000, 150_000];

    // what kernels do at once, and what is left of it
    private static readonly int[] s_rows = [2, 3, 4, 5, 7, 8, 9, 16, 33];

    private const int MostElements = 1 << 15;

    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_functions = new()
    {
        ["sum"] = x => x.Sum(1),
        ["mean"] = x => x.Mean(1),
        ["greatest"] = x => x.Max(1),
        ["least"] = x => x.Min(1),
        ["norm"] = x => x.Norm(1),
        ["variance"] = x => x.Var(1),
        ["logsumexp"] = x => x.LogSumExp(1),
        ["softmax"] = x => x.Softmax(1),
        ["log softmax"] = x => x.LogSoftmax(1),
        ["cumulative sum"] = x => x.CumSum(1),
        ["gradient of logsumexp"] = x => Diff.Grad(y => y.LogSumExp(1).Sum(), x),
        ["gradient of log softmax"] = x => Diff.Grad(y => (y.LogSoftmax(1) * y).Sum(), x),
        ["compiled sum of squares"] = x => Compiled(y => (y * y).Sum(1), x),
        ["compiled log softmax"] = x => Compiled(y => y - y.LogSumExp(1, keepAxis: true), x),
    };

    public static TheoryData<string, DType> Functions
    {
        get
        {
            TheoryData<string, DType> cases = [];
            foreach (string name in s_functions.Keys)
            {
                cases.Add(name, DType.Float64);
                cases.Add(name, DType.Float32);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void FunctionOfARow_AmongOthers_HasTheBitsThatItHasByItself(string name, DType dtype)
    {
        Func<Tensor, Tensor> function = s_functions[name];
        foreach (int columns in s_columns)
        {
            int most = Math.Min(s_rows[^1], Math.Max(3, MostElements / columns));
            Tensor all = RandomKey.FromSeed(columns).Normal([most, columns]).To(dtype);
            double[][] alone = [.. Enumerable.Range(0, most).Select(row => BackendAssert.Doubles(function(all[row..(row + 1)])))];
            foreach (int rows in s_rows.Where(rows => rows <= most))
            {
                double[] among = BackendAssert.Doubles(function(all[..rows]));
                int length = among.Length / rows;
                for (int row = 0; row < rows; row++)
                {
                    Assert.True(
                        alone[row].AsSpan().SequenceEqual(among.AsSpan(row * length, length)), $"{name}, {dtype}, row {row} of {rows} with {columns} columns");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(NormalRowsTests.Widths), MemberType = typeof(NormalRowsTests))]
    public void DotProductOfARow_AmongOthers_HasTheBitsThatItHasByItself(string width)
    {
        Check(RowProducts<double>.Of(Enum.Parse<VectorWidth>(width)));
        Check(RowProducts<float>.Of(Enum.Parse<VectorWidth>(width)));
    }

    private static Tensor Compiled(Func<Tensor, Tensor> function, Tensor x)
    {
        TracedFunction traced = TracedFunction.Of(y => [function(y[0])], [x]);
        return traced.Graph.Call([x, .. traced.Captures]).Outputs[0];
    }

    private static void Check<T>(RowProducts<T> products)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (int columns in s_columns)
        {
            var random = new Random(columns);
            T[] block = [.. Enumerable.Range(0, s_rows[^1] * columns).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5))];
            T[] x = [.. Enumerable.Range(0, columns).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5))];
            T[] alone = new T[s_rows[^1]];
            for (int row = 0; row < alone.Length; row++)
            {
                products.Multiply(block.AsSpan(row * columns, columns), x, alone.AsSpan(row, 1));
            }

            foreach (int rows in s_rows)
            {
                T[] among = new T[rows];
                products.Multiply(block.AsSpan(0, rows * columns), x, among);
                Assert.Equal(alone[..rows], among);
            }
        }
    }
}
