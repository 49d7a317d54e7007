using System.Numerics;
using System.Numerics.Tensors;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>Eigenvalues and eigenvectors of a symmetric tridiagonal matrix: those of small parts by QR iterations, those of two neighbors together by the
/// element that couples them, a change of rank one, and by two matrix products.</summary>
/// <remarks>
/// At most 4/3 n³ operations, and fewer where vectors of a part are vectors of the whole to rounding; QR iterations make about 8 n³. Sources: Cuppen (1981),
/// "A divide and conquer method for the symmetric tridiagonal eigenproblem", doi:10.1007/BF01396757; Dongarra and Sorensen (1987), "A fully parallel
/// algorithm for the symmetric eigenvalue problem", doi:10.1137/0908018, §4, for what is negligible.
/// </remarks>
/// <typeparam name="T">What vectors are computed in; values are in double precision.</typeparam>
internal sealed class DivideAndConquer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // parts that are solved by themselves have at most so many rows
    private const int Most = 32;

    private readonly MatrixProduct _product;
    private readonly int _size;
    private readonly EvenSplit _parts;
    private readonly double[] _diagonal;
    private readonly double[] _beside;
    private readonly T[] _vectors;
    private readonly double _unit = double.CreateChecked(Factorization.Unit<T>());
    private volatile bool _failed;

    private DivideAndConquer(MatrixProduct product, double[] diagonal, double[] beside, T[] vectors)
    {
        (_product, _size, _diagonal, _beside, _vectors) = (product, diagonal.Length, diagonal, beside, vectors);
        _parts = new EvenSplit(_size, (int)BitOperations.RoundUpToPowerOf2((uint)((_size + Most - 1) / Most)));
    }

    /// <summary>Solves; false if an iteration does not converge.</summary>
    /// <param name="product">What multiplies, and the threads that share the work.</param>
    /// <param name="diagonal"><c>[n]</c>; then the eigenvalues, in any order.</param>
    /// <param name="beside"><c>[n]</c>, what stands beside each element of the diagonal; the last is not read.</param>
    /// <param name="vectors">Zeros; then a vector in each row.</param>
    public static bool Solve(MatrixProduct product, double[] diagonal, double[] beside, T[] vectors)
    {
        double largest = Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude<double>(diagonal)), Math.Abs(TensorPrimitives.MaxMagnitude<double>(beside)));
        int exponent = largest == 0 ? 0 : Math.ILogB(largest);
        Scale(diagonal, -exponent);
        Scale(beside, -exponent);
        bool solved = new DivideAndConquer<T>(product, diagonal, beside, vectors).Solve();
        Scale(diagonal, exponent);
        return solved;
    }

    private bool Solve()
    {
        // without ρ (e ± e')(e ± e')ᵀ, where ρ is what couples them, parts are parts
        for (int part = 1; part < _parts.Parts; part++)
        {
            int row = _parts.Start(part);
            double coupling = Math.Abs(_beside[row - 1]);
            _diagonal[row - 1] -= coupling;
            _diagonal[row] -= coupling;
        }

        _product.Pool.Run(_parts.Parts, new Parts(this));
        for (int merged = 1; merged < _parts.Parts && !_failed; merged *= 2)
        {
            _product.Pool.Run(_parts.Parts / (2 * merged), new Neighbors(this, merged));
        }

        return !_failed;
    }

    private void SolvePart(int part)
    {
        (int start, int size) = (_parts.Start(part), _parts.Size(part));
        double[] diagonal = [.. _diagonal.AsSpan(start, size)], beside = [.. _beside.AsSpan(start, size)];
        var rows = new T[size * size];
        for (int i = 0; i < size; i++)
        {
            rows[(i * size) + i] = T.One;
        }

        if (!new TridiagonalIteration(diagonal, beside, new RowRotations<T>(rows, size)).Iterate(_unit))
        {
            _failed = true;
        }

        diagonal.CopyTo(_diagonal, start);
        for (int i = 0; i < size; i++)
        {
            rows.AsSpan(i * size, size).CopyTo(Row(start + i, start, size));
        }
    }

    private void Merge(int start, int middle, int end)
    {
        int size = end - start;
        double coupling = _beside[middle - 1];
        double[] weights = new double[size], keys = [.. _diagonal.AsSpan(start, size)];
        for (int i = 0; i < size; i++)
        {
            weights[i] = start + i < middle
                ? double.CreateChecked(_vectors[((start + i) * _size) + middle - 1])
                : Math.CopySign(1, coupling) * double.CreateChecked(_vectors[((start + i) * _size) + middle]);
        }

        double norm = TensorPrimitives.Norm<double>(weights), rho = Math.Abs(coupling) * norm * norm;
        TensorPrimitives.Divide(weights, norm, weights);
        int[] order = [.. Enumerable.Range(0, size)];
        Array.Sort(keys, order);
        var neighbors = new MergedVectors<T>(_vectors, _size, (start, middle, end));
        double negligible = 8 * _unit * Math.Max(Math.Max(Math.Abs(keys[0]), Math.Abs(keys[^1])), rho);
        List<int> kept = Keep(neighbors, order, weights, (rho, negligible));
        if (kept.Count == 0)
        {
            return;
        }

        var secular = new SecularEquation([.. kept.Select(i => _diagonal[start + i])], [.. kept.Select(i => weights[i])], rho);
        var combination = new T[kept.Count * kept.Count];
        secular.Solve(_product.Pool, neighbors.Places(kept), combination);
        double[] others = neighbors.Combine(_product, kept, combination, _diagonal);
        secular.Roots.CopyTo(_diagonal, start);
        others.CopyTo(_diagonal, start + kept.Count);
    }

    // Without a weight a vector is one of the whole, and of two whose values are as good as equal one can be turned to have none.
    private List<int> Keep(MergedVectors<T> vectors, int[] order, double[] weights, (double Rho, double Negligible) scale)
    {
        Span<double> values = _diagonal.AsSpan(vectors.Start, order.Length);
        List<int> kept = [];
        int before = -1;
        foreach (int i in order)
        {
            if (scale.Rho * Math.Abs(weights[i]) <= scale.Negligible)
            {
                continue;
            }

            if (before >= 0)
            {
                double length = double.Hypot(weights[before], weights[i]), c = weights[i] / length, s = -weights[before] / length;
                if (Math.Abs((values[i] - values[before]) * c * s) <= scale.Negligible)
                {
                    (weights[before], weights[i]) = (0, length);
                    (values[before], values[i]) =
                        ((values[before] * c * c) + (values[i] * s * s), (values[before] * s * s) + (values[i] * c * c));
                    vectors.Rotate(before, i, c, s);
                }
                else
                {
                    kept.Add(before);
                }
            }

            before = i;
        }

        if (before >= 0)
        {
            kept.Add(before);
        }

        return kept;
    }

    private Span<T> Row(int row, int first, int length) => _vectors.AsSpan((row * _size) + first, length);

    private static void Scale(double[] values, int exponent)
    {
        for (int i = 0; i < values.Length && exponent != 0; i++)
        {
            values[i] = Math.ScaleB(values[i], exponent);
        }
    }

    private readonly struct Parts(DivideAndConquer<T> whole) : ITileWork
    {
        public void Execute(int tile) => whole.SolvePart(tile);
    }

    private readonly struct Neighbors(DivideAndConquer<T> whole, int merged) : ITileWork
    {
        public void Execute(int tile)
        {
            int first = 2 * merged * tile;
            whole.Merge(whole._parts.Start(first), whole._parts.Start(first + merged), whole._parts.Start(first + (2 * merged)));
        }
    }
}
