using System.Numerics.Tensors;

namespace Hyperdiff.Benchmarks.Peers;

/// <summary>A row-major matrix for the plain problems.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Elements">Its elements.</param>
internal sealed record PlainMatrix(int Rows, int Columns, double[] Elements)
{
    /// <summary>A matrix of zeros.</summary>
    public PlainMatrix(int rows, int columns)
        : this(rows, columns, new double[rows * columns])
    {
    }

    /// <summary>A B.</summary>
    public static PlainMatrix operator *(PlainMatrix left, PlainMatrix right)
    {
        var product = new PlainMatrix(left.Rows, right.Columns);
        for (int i = 0; i < left.Rows; i++)
        {
            Span<double> row = product.Row(i);
            for (int k = 0; k < left.Columns; k++)
            {
                TensorPrimitives.MultiplyAdd(right.Row(k), left.Elements[(i * left.Columns) + k], row, row);
            }
        }

        return product;
    }

    /// <summary>Aᵀ.</summary>
    public PlainMatrix Transposed()
    {
        var transposed = new PlainMatrix(Columns, Rows);
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
            {
                transposed.Elements[(j * Rows) + i] = Elements[(i * Columns) + j];
            }
        }

        return transposed;
    }

    /// <summary>One function of all pairs of elements of two matrices of one shape.</summary>
    public PlainMatrix With(PlainMatrix other, Func<double, double, double> function) => this with { Elements = [.. Elements.Zip(other.Elements, function)] };

    /// <summary>One function of all elements.</summary>
    public PlainMatrix Map(Func<double, double> function) => this with { Elements = Array.ConvertAll(Elements, element => function(element)) };

    /// <summary>The matrix with a row vector added to every row.</summary>
    public PlainMatrix PlusRow(double[] row) => this with { Elements = [.. Elements.Select((element, i) => element + row[i % Columns])] };

    /// <summary>The sums of the columns.</summary>
    public double[] ColumnSums()
    {
        var sums = new double[Columns];
        for (int i = 0; i < Rows; i++)
        {
            TensorPrimitives.Add<double>(sums, Row(i), sums);
        }

        return sums;
    }

    /// <summary>The softmax of every row.</summary>
    public PlainMatrix Softmax()
    {
        PlainMatrix result = this with { Elements = (double[])Elements.Clone() };
        for (int i = 0; i < Rows; i++)
        {
            TensorPrimitives.SoftMax<double>(Row(i), result.Row(i));
        }

        return result;
    }

    /// <summary>A row.</summary>
    public Span<double> Row(int i) => Elements.AsSpan(i * Columns, Columns);
}
