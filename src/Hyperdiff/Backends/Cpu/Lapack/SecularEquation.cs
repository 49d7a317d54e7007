using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>The eigenvalues and eigenvectors of <c>diag(d) + ρ z zᵀ</c>, by the roots of <c>1 + ρ Σ zᵢ²/(dᵢ − λ)</c>, one between each d and the
/// next.</summary>
/// <remarks>
/// Sources: Bunch, Nielsen and Sorensen (1978), "Rank-one modification of the symmetric eigenproblem", doi:10.1007/BF01396012, §3, for the steps; Li (1993),
/// "Solving secular equations stably and efficiently", LAPACK working note 89, §3, for the first guess and the end; Gu and Eisenstat (1994), "A stable and
/// efficient algorithm for the rank-one modification of the symmetric eigenproblem", doi:10.1137/S089547989223924X, §3, for vectors that are orthogonal however
/// close roots lie: those of the z whose roots the computed ones are exactly. Vectors are of 256 bits on every machine, so that so are the bits.
/// </remarks>
/// <param name="poles">d, ascending, with gaps that are not negligible.</param>
/// <param name="weights">z, none of them negligible; together of norm 1 at the most.</param>
/// <param name="rho">ρ, positive.</param>
internal sealed class SecularEquation(double[] poles, double[] weights, double rho)
{
    // what a tile takes of the roots, and of the weights
    private const int RootsPerTile = 16, WeightsPerTile = 64;

    // of double precision
    private const double Unit = 1.1102230246251565e-16;

    // five are usual; from the twelfth on every other step halves what is left, so that 200 are more than ever come
    private const int FreeSteps = 12, MostSteps = 200;

    private readonly int _count = poles.Length;
    private readonly double[] _squares = [.. weights.Select(z => rho * z * z)];

    // dᵢ − λⱼ in row j
    private readonly double[] _differences = new double[poles.Length * poles.Length];

    /// <summary>λ, ascending.</summary>
    public double[] Roots { get; } = new double[poles.Length];

    /// <summary>Computes the roots, and the vectors as rows.</summary>
    /// <param name="pool">Threads that share it.</param>
    /// <param name="places">Where in its row the element of each pole goes.</param>
    /// <param name="vectors"><c>[k, k]</c>.</param>
    public void Solve<T>(WorkerPool pool, int[] places, T[] vectors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] exact = new double[_count];
        pool.Run((_count + RootsPerTile - 1) / RootsPerTile, new RootTiles(this));
        pool.Run((_count + WeightsPerTile - 1) / WeightsPerTile, new WeightTiles(this, exact));
        pool.Run((_count + RootsPerTile - 1) / RootsPerTile, new VectorTiles<T>(this, exact, places, vectors));
    }

    private void FindRoot(int j)
    {
        // from the nearer pole on, as the function's sign halfway to the next one says; the last root is at most ρ‖z‖² away
        Span<double> row = _differences.AsSpan(j * _count, _count);
        bool last = j == _count - 1;
        (int left, int right) = last ? (j - 1, j) : (j, j + 1);
        double gap = last ? TensorPrimitives.Sum<double>(_squares) : poles[right] - poles[left], half = gap / 2;
        int origin = j;
        TensorPrimitives.Subtract(poles, poles[origin], row);
        double x = half;
        (double f, double slopeBelow, double slopeAbove, double magnitude) = Evaluate(row, x, right);
        (double low, double high) = (0, half);
        if (last)
        {
            if (_count == 1)
            {
                (x, f) = (gap, 0);
            }
            else if (f < 0)
            {
                (low, high) = (half, gap);
            }
        }
        else
        {
            (double p, double q) = (_squares[left], _squares[right]);
            double rest = f + (p / half) - (q / half);
            if (f < 0)
            {
                origin = right;
                TensorPrimitives.Subtract(poles, poles[origin], row);
                (low, high) = (-half, 0);
                double a = (rest * gap) - p - q, b = q * gap, root = Math.Sqrt(Math.Abs((a * a) + (4 * b * rest)));
                x = a < 0 ? 2 * b / (a - root) : -(a + root) / (2 * rest);
            }
            else
            {
                double a = (rest * gap) + p + q, b = p * gap, root = Math.Sqrt(Math.Abs((a * a) - (4 * b * rest)));
                x = a > 0 ? 2 * b / (a + root) : (a - root) / (2 * rest);
            }

            x = x > low && x < high ? x : (low + high) / 2;
            (f, slopeBelow, slopeAbove, magnitude) = Evaluate(row, x, right);
        }

        for (int step = 0; step < MostSteps && Math.Abs(f) > Unit * (magnitude + (Math.Abs(x) * (slopeBelow + slopeAbove))); step++)
        {
            (low, high) = f < 0 ? (x, high) : (low, x);
            double next = x + Step(f, (slopeBelow, slopeAbove), (row[left] - x, row[right] - x), last);
            if (!(next > low && next < high) || (step > FreeSteps && step % 2 == 0))
            {
                next = Between(low, high);
            }

            if (next == x || !(next > low && next < high))
            {
                break;
            }

            x = next;
            (f, slopeBelow, slopeAbove, magnitude) = Evaluate(row, x, right);
        }

        Roots[j] = poles[origin] + x;
        TensorPrimitives.Subtract(row, x, row);
    }

    // where the sum below, as r + s/(d − x) of the pole beside the root, and the sum above would be 0 together
    private static double Step(double f, (double Below, double Above) slopes, (double Left, double Right) distance, bool last)
    {
        ((double below, double above), (double left, double right)) = (slopes, distance);
        double c = f - (left * below) - (right * above), a = ((left + right) * f) - (left * right * (below + above)), b = left * right * f;
        double root = Math.Sqrt(Math.Abs((a * a) - (4 * b * c)));
        double step = last
            ? a >= 0 ? (a + root) / (2 * c) : 2 * b / (a - root)
            : a <= 0 ? (a - root) / (2 * c) : 2 * b / (a + root);
        return f * step < 0 ? step : -f / (below + above);
    }

    // halves the exponent while that is what is unknown
    private static double Between(double low, double high)
    {
        (double least, double most) = low < 0 ? (-high, -low) : (low, high);
        double middle = least > most / 4 ? (least + most) / 2 : Math.Sqrt(Math.Max(least, most * 1e-32)) * Math.Sqrt(most);
        return low < 0 ? -middle : middle;
    }

    // the function, the slopes of the sums on both sides, and what its rounding errors are counted in
    private (double Value, double Below, double Above, double Magnitude) Evaluate(ReadOnlySpan<double> offsets, double x, int split)
    {
        (double below, double slopeBelow) = Sums(offsets[..split], _squares.AsSpan(0, split), x);
        (double above, double slopeAbove) = Sums(offsets[split..], _squares.AsSpan(split), x);
        return (1 + below + above, slopeBelow, slopeAbove, 1 + (8 * (Math.Abs(below) + Math.Abs(above))));
    }

    // Σ s/(d − x) and its slope
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Value, double Slope) Sums(ReadOnlySpan<double> offsets, ReadOnlySpan<double> squares, double x)
    {
        Vector256<double> at = Vector256.Create(x), value = Vector256<double>.Zero, slope = value, otherValue = value, otherSlope = value;
        int i = 0;
        for (; i <= offsets.Length - 8; i += 8)
        {
            Vector256<double> inverse = Vector256<double>.One / (Vector256.Create(offsets[i..]) - at), term = Vector256.Create(squares[i..]) * inverse;
            value += term;
            slope += term * inverse;
            inverse = Vector256<double>.One / (Vector256.Create(offsets[(i + 4)..]) - at);
            term = Vector256.Create(squares[(i + 4)..]) * inverse;
            otherValue += term;
            otherSlope += term * inverse;
        }

        (double sum, double derivative) = (Vector256.Sum(value + otherValue), Vector256.Sum(slope + otherSlope));
        for (; i < offsets.Length; i++)
        {
            double inverse = 1 / (offsets[i] - x), term = squares[i] * inverse;
            sum += term;
            derivative += term * inverse;
        }

        return (sum, derivative);
    }

    // zᵢ² up to a factor that all have: Π (dᵢ − λⱼ) over Π (dᵢ − dⱼ)
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindWeights(int start, Span<double> exact)
    {
        exact.Fill(1);
        ReadOnlySpan<double> own = poles.AsSpan(start, exact.Length);
        for (int j = 0; j < _count; j++)
        {
            ReadOnlySpan<double> differences = _differences.AsSpan((j * _count) + start, exact.Length);
            var pole = Vector256.Create(poles[j]);
            int i = 0;
            for (; i <= exact.Length - Vector256<double>.Count; i += Vector256<double>.Count)
            {
                // where the pole is its own there is no gap
                Vector256<double> gap = Vector256.Create(own[i..]) - pole;
                gap = Vector256.ConditionalSelect(Vector256.Equals(gap, Vector256<double>.Zero), Vector256<double>.One, gap);
                (Vector256.Create<double>(exact[i..]) * (Vector256.Create(differences[i..]) / gap)).CopyTo(exact[i..]);
            }

            for (; i < exact.Length; i++)
            {
                exact[i] *= differences[i] / (start + i == j ? 1 : own[i] - poles[j]);
            }
        }

        for (int i = 0; i < exact.Length; i++)
        {
            exact[i] = Math.CopySign(Math.Sqrt(Math.Abs(exact[i])), weights[start + i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteVector<T>(int j, double[] exact, int[] places, Span<T> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> row = _differences.AsSpan(j * _count, _count);
        double squares = 0;
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = exact[i] / row[i];
            squares += row[i] * row[i];
        }

        double inverse = 1 / Math.Sqrt(squares);
        for (int i = 0; i < row.Length; i++)
        {
            vector[places[i]] = T.CreateTruncating(row[i] * inverse);
        }
    }

    private readonly struct RootTiles(SecularEquation equation) : ITileWork
    {
        public void Execute(int tile)
        {
            for (int j = tile * RootsPerTile; j < Math.Min(equation._count, (tile + 1) * RootsPerTile); j++)
            {
                equation.FindRoot(j);
            }
        }
    }

    private readonly struct WeightTiles(SecularEquation equation, double[] exact) : ITileWork
    {
        public void Execute(int tile)
        {
            int start = tile * WeightsPerTile;
            equation.FindWeights(start, exact.AsSpan(start, Math.Min(WeightsPerTile, equation._count - start)));
        }
    }

    private readonly struct VectorTiles<T>(SecularEquation equation, double[] exact, int[] places, T[] vectors) : ITileWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Execute(int tile)
        {
            for (int j = tile * RootsPerTile; j < Math.Min(equation._count, (tile + 1) * RootsPerTile); j++)
            {
                equation.WriteVector(j, exact, places, vectors.AsSpan(j * equation._count, equation._count));
            }
        }
    }
}
