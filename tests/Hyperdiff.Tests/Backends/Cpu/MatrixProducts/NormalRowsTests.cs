using System.Numerics;
using Hyperdiff.Backends.Cpu.MatrixProducts;

namespace Hyperdiff.Tests.Backends.Cpu.MatrixProducts;

/// <summary><c>y + Mᵀ·(f ∘ (M·x))</c> with every row read once has the bits of the two products after each other, for every number of rows and
/// columns.</summary>
public sealed class NormalRowsTests
{
    // less than the rows that are multiplied at once, as many, and what is left of them in every number
    private static readonly int[] s_rows = [0, 1, 2, 3, 4, 5, 6, 7, 8, 31, 164];

    public static TheoryData<string> Widths
    {
        get
        {
            TheoryData<string> widths = [];
            foreach (VectorWidth width in Enum.GetValues<VectorWidth>().Where(width => width <= VectorWidths.Widest))
            {
                widths.Add(width.ToString());
            }

            return widths;
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void AddNormal_OfAnyRows_HasTheBitsOfTheTwoProducts(string width)
    {
        Check<double>(Enum.Parse<VectorWidth>(width));
        Check<float>(Enum.Parse<VectorWidth>(width));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void AddNormal_OfNumbersThatAreNotFinite_HasTheBitsOfTheTwoProducts(string width)
    {
        double[] special = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, 5e-324, -0.0, 0];
        RowProducts<double> products = RowProducts<double>.Of(Enum.Parse<VectorWidth>(width));
        foreach (double number in special)
        {
            foreach (int place in (int[])[0, 11, 22, 33])
            {
                double[] matrix = Random<double>(12 * 9, 1), weights = Random<double>(9, 2), x = Random<double>(12, 3);
                (place < 20 ? matrix : place < 30 ? weights : x)[place % 8] = number;
                Compare(products, (matrix, x), new NormalFactors<double>(1, weights, 1));
            }
        }
    }

    private static void Check<T>(VectorWidth width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RowProducts<T> products = RowProducts<T>.Of(width);
        for (int columns = 1; columns <= products.MostNormalColumns; columns++)
        {
            foreach (int rows in s_rows)
            {
                T[] matrix = Random<T>(rows * columns, columns + 1), x = Random<T>(columns, columns + 2), weights = Random<T>(rows, columns + 3);
                T scale = T.CreateChecked(0.37);
                Compare(products, (matrix, x), new NormalFactors<T>(scale, [scale], T.One));
                if (rows != 1)
                {
                    Compare(products, (matrix, x), new NormalFactors<T>(scale, weights, -scale));
                }
            }
        }
    }

    private static void Compare<T>(RowProducts<T> products, (T[] Matrix, T[] Vector) operands, NormalFactors<T> factors)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (T[] matrix, T[] x) = operands;
        T[] start = Random<T>(x.Length, 17), expected = [.. start], actual = [.. start], between = new T[matrix.Length / x.Length];
        products.Multiply(matrix, x, between);
        for (int row = 0; row < between.Length; row++)
        {
            between[row] = between[row] * factors.Before * factors.Weights[factors.Weights.Length == 1 ? 0 : row] * factors.After;
        }

        products.AddTransposed(matrix, between, expected);
        products.AddNormal(matrix, x, factors, actual);

        Assert.True(expected.AsSpan().SequenceEqual(actual), $"{between.Length} rows of {x.Length} columns");
    }

    private static T[] Random<T>(int count, int seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating((2 * random.NextDouble()) - 1))];
    }
}
