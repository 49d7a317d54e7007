using System.Numerics;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>The vectors of two parts of a matrix, rows that are zero in the columns of the other part, while they become those of both together.</summary>
/// <typeparam name="T">What is computed in.</typeparam>
internal sealed class MergedVectors<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _vectors;
    private readonly int _stride;
    private readonly int _middle;
    private readonly int _end;

    // of each vector, whether it is other than zero on the left and on the right
    private readonly bool[] _onLeft;
    private readonly bool[] _onRight;

    /// <summary>Those of a block on the diagonal.</summary>
    /// <param name="vectors">The matrix that they are rows of.</param>
    /// <param name="stride">Elements from one of its rows to the next.</param>
    /// <param name="range">Where the parts begin and end.</param>
    public MergedVectors(T[] vectors, int stride, (int Start, int Middle, int End) range)
    {
        (_vectors, _stride, (Start, _middle, _end)) = (vectors, stride, range);
        (_onLeft, _onRight) = (new bool[range.End - range.Start], new bool[range.End - range.Start]);
        _onLeft.AsSpan(0, range.Middle - range.Start).Fill(true);
        _onRight.AsSpan(range.Middle - range.Start).Fill(true);
    }

    /// <summary>The first row, and column.</summary>
    public int Start { get; }

    /// <summary>Rotates two vectors: <c>x ← c x + s y</c>, <c>y ← c y − s x</c>.</summary>
    public void Rotate(int i, int j, double c, double s)
    {
        PlaneRotation.Apply(Row(i, Start, _end), Row(j, Start, _end), T.CreateTruncating(c), T.CreateTruncating(s));
        _onLeft[i] = _onLeft[j] |= _onLeft[i];
        _onRight[i] = _onRight[j] |= _onRight[i];
    }

    /// <summary>An order of some vectors in which those that are zero on the right come first, and those that are zero on the left last.</summary>
    public int[] Places(List<int> some)
    {
        int[] places = new int[some.Count];
        (int left, int both, int right) = (0, some.Count(i => !_onRight[i]), some.Count(i => _onLeft[i]));
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = !_onRight[some[i]] ? left++ : _onLeft[some[i]] ? both++ : right++;
        }

        return places;
    }

    /// <summary>Makes the first vectors combinations of some, and the last ones the others.</summary>
    /// <param name="product">What multiplies.</param>
    /// <param name="some">Which are combined.</param>
    /// <param name="combination">Rows of factors, in the order of <see cref="Places"/>.</param>
    /// <param name="values">What belongs to each row.</param>
    /// <returns>What belongs to the others.</returns>
    public double[] Combine(MatrixProduct product, List<int> some, T[] combination, double[] values)
    {
        int[] places = Places(some);
        int onLeft = some.Count(i => _onLeft[i]), onRight = some.Count(i => _onRight[i]), onlyLeft = some.Count - onRight;
        (int leftWidth, int rightWidth, int size) = (_middle - Start, _end - _middle, _end - Start);
        T[] left = new T[onLeft * leftWidth], right = new T[onRight * rightWidth], rest = new T[(size - some.Count) * size];
        for (int i = 0; i < places.Length; i++)
        {
            if (_onLeft[some[i]])
            {
                Row(some[i], Start, _middle).CopyTo(left.AsSpan(places[i] * leftWidth));
            }

            if (_onRight[some[i]])
            {
                Row(some[i], _middle, _end).CopyTo(right.AsSpan((places[i] - onlyLeft) * rightWidth));
            }
        }

        int[] others = [.. Enumerable.Range(0, size).Except(some)];
        double[] othersValues = [.. others.Select(i => values[Start + i])];
        for (int i = 0; i < others.Length; i++)
        {
            Row(others[i], Start, _end).CopyTo(rest.AsSpan(i * size));
        }

        int count = some.Count;
        Span<T> block = _vectors.AsSpan((Start * _stride) + Start);
        ProductShape shape = new(count, onLeft, leftWidth) { LeftStride = count, ResultStride = _stride };
        product.Multiply<T>(shape, combination, left, block);
        product.Multiply<T>(shape with { Inner = onRight, Columns = rightWidth }, combination.AsSpan(onlyLeft), right, block[leftWidth..]);
        for (int i = 0; i < others.Length; i++)
        {
            rest.AsSpan(i * size, size).CopyTo(Row(count + i, Start, _end));
        }

        return othersValues;
    }

    private Span<T> Row(int i, int first, int end) => _vectors.AsSpan(((Start + i) * _stride) + first, end - first);
}
