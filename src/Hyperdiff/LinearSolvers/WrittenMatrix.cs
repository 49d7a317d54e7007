using System.Numerics.Tensors;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The matrix of a small operator on one leaf as numbers.</summary>
/// <remarks>
/// With few unknowns the time of a solve goes into calls, tensors and plans, and none into arithmetic: all columns in one run of a plan, and loops over numbers
/// from there on, take less than the runs of two or three updates. What a solver does, and reports, stays the same. Of several leaves each is judged by its own
/// norm; where one is zero by cancellation, only products that round as the condition does bring it there.
/// <para>Of <c>float32</c> the entries are rounded to it, and so is what is found; in between numbers are those of float64. Products with the operator may
/// round less than entries do (XᵀX v in two steps), so that residuals that are to be true are of these.</para>
/// </remarks>
internal sealed class WrittenMatrix
{
    private readonly double[] _columns;

    private WrittenMatrix(int size, double[] columns, bool isExact) => (Size, _columns, IsExact) = (size, columns, isExact);

    /// <summary>Whether it is of float64, and stands for the operator in all that is asked of it.</summary>
    public bool IsExact { get; }

    /// <summary>The number of unknowns.</summary>
    public int Size { get; }

    /// <summary>The matrix of a graph <c>(v, residuals) → A v</c>; null where it is not small, has several leaves, or takes more than operations in one
    /// precision on the host.</summary>
    public static WrittenMatrix? Of(Graph graph, Tensor[] residuals) =>
        graph.Derive(new Key(residuals.Length), made => new Writer(made, residuals.Length)).Write(residuals);

    /// <summary>A v.</summary>
    /// <param name="vector">v.</param>
    /// <param name="product">Where A v is written.</param>
    public void Multiply(ReadOnlySpan<double> vector, Span<double> product)
    {
        product.Clear();
        for (int j = 0; j < Size; j++)
        {
            TensorPrimitives.MultiplyAdd(_columns.AsSpan(j * Size, Size), vector[j], product, product);
        }
    }

    /// <summary>A v.</summary>
    /// <param name="vector">v.</param>
    public double[] Product(double[] vector)
    {
        var product = new double[Size];
        Multiply(vector, product);
        return product;
    }

    /// <summary>The matrix, row-major.</summary>
    public double[,] ToArray()
    {
        var rows = new double[Size, Size];
        for (int j = 0; j < Size; j++)
        {
            for (int i = 0; i < Size; i++)
            {
                rows[i, j] = _columns[(j * Size) + i];
            }
        }

        return rows;
    }

    private readonly record struct Key(int Residuals) : IDerivation<Writer>;

    /// <summary>How the matrix of a graph is written out, and what that gave last: solves within solves ask for one matrix again and again.</summary>
    private sealed class Writer
    {
        private const int MostUnknowns = 32;

        // elements and multiplications of all columns, and elements that they rest on: some ten microseconds
        private const long MostWork = 1 << 16;
        private const long MostElements = 1 << 12;

        private readonly Graph? _columns;
        private readonly Tensor? _units;
        private Entry? _last;

        public Writer(Graph graph, int residuals)
        {
            if (graph.Inputs.Length != residuals + 1 || !TensorType.AreLike(graph.InputTypes.AsSpan()[..1], graph.OutputTypes.AsSpan())
                || !IsSmall(graph, graph.InputTypes[0].Shape.ElementCount))
            {
                return;
            }

            int size = graph.InputTypes[0].Shape.ElementCount;
            _columns = Batching.Of(graph, [.. Enumerable.Range(0, residuals + 1).Select(i => i == 0)], size).Repeated;
            _units = Tensor.Eye(size).Reshape([size, .. graph.InputTypes[0].Shape]).To(graph.InputTypes[0].DType);
        }

        public WrittenMatrix? Write(Tensor[] residuals)
        {
            if (_columns is null || !Array.TrueForAll(residuals, residual => !residual.IsTraced && Placement.OwnerOf(residual.Storage) is null))
            {
                return null;
            }

            // memory may have been written to again, so that its numbers say which matrix it is
            if (_last is { } last && last.IsOf(residuals))
            {
                return last.Matrix;
            }

            Tensor columns = _columns.Executable(HostExecution.Backend).Run([_units!, .. residuals])[0];
            bool isExact = columns.DType == DType.Float64;
            var written = new WrittenMatrix(columns.Shape[0], (isExact ? columns : columns.To(DType.Float64)).ToArray<double>(), isExact);
            _last = new Entry(residuals, written);
            return written;
        }

        private static bool IsSmall(Graph graph, int size)
        {
            if (size is 0 or > MostUnknowns)
            {
                return false;
            }

            long work = ProductWork.MultiplyAdds(graph), elements = 0;
            foreach (Value input in graph.Inputs)
            {
                if (input.Type.VariesAcross is not null)
                {
                    return false;
                }

                elements += input.Type.Shape.ElementCount;
            }

            foreach (Equation equation in graph.Equations)
            {
                if (equation.Primitive is not Operation)
                {
                    return false;
                }

                work += equation.Results[0].Type.Shape.ElementCount;
            }

            return elements <= MostElements && work * size <= MostWork
                && (graph.OutputTypes[0].DType == DType.Float32 || (graph.OutputTypes[0].DType == DType.Float64 && !graph.ComputesInFloat32));
        }
    }

    /// <summary>A matrix, and what it rests on.</summary>
    private sealed class Entry(Tensor[] residuals, WrittenMatrix matrix)
    {
        private readonly byte[][] _residuals = Array.ConvertAll(residuals, residual => residual.Read().AsBytes().ToArray());

        public WrittenMatrix Matrix => matrix;

        public bool IsOf(Tensor[] others)
        {
            for (int i = 0; i < others.Length; i++)
            {
                if (!others[i].Read().AsBytes().SequenceEqual(_residuals[i]))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
