namespace Hyperdiff;

/// <summary>The least-squares problem <c>min ‖β e₁ − H y‖</c> of an upper Hessenberg matrix that grows by a column at a time, by Givens rotations.</summary>
internal sealed class GivensLeastSquares
{
    private readonly double[,] _r;
    private readonly double[] _g;
    private readonly (double C, double S)[] _rotations;

    public GivensLeastSquares(int columns, double beta)
    {
        (_r, _g, _rotations) = (new double[columns, columns], new double[columns + 1], new (double, double)[columns]);
        _g[0] = beta;
    }

    /// <summary>The columns so far.</summary>
    public int Count { get; private set; }

    /// <summary>The norm of what is left.</summary>
    public double Residual => Math.Abs(_g[Count]);

    /// <summary>Adds a column; false, and the column is left out, if it depends on the others up to the given size.</summary>
    /// <param name="column">The entries on and above the diagonal.</param>
    /// <param name="below">The entry below it.</param>
    /// <param name="negligible">Up to what size the new diagonal entry of R counts as zero.</param>
    public bool Add(ReadOnlySpan<double> column, double below, double negligible)
    {
        int j = Count;
        double[] h = column[..(j + 1)].ToArray();
        for (int i = 0; i < j; i++)
        {
            (double c, double s) = _rotations[i];
            (h[i], h[i + 1]) = ((c * h[i]) + (s * h[i + 1]), (c * h[i + 1]) - (s * h[i]));
        }

        double diagonal = double.Hypot(h[j], below);
        if (diagonal <= negligible)
        {
            return false;
        }

        (double cosine, double sine) = (h[j] / diagonal, below / diagonal);
        h[j] = diagonal;
        for (int i = 0; i <= j; i++)
        {
            _r[i, j] = h[i];
        }

        _rotations[j] = (cosine, sine);
        (_g[j], _g[j + 1]) = (cosine * _g[j], -sine * _g[j]);
        Count++;
        return true;
    }

    /// <summary>A bound of the smallest singular value of H from below, 1/‖R⁻¹‖ in Frobenius' norm.</summary>
    public double LeastSingularValue
    {
        get
        {
            double sum = 0;
            var column = new double[Count];
            for (int j = 0; j < Count; j++)
            {
                // R⁻¹ eⱼ
                for (int i = j; i >= 0; i--)
                {
                    double rest = i == j ? 1 : 0;
                    for (int k = i + 1; k <= j; k++)
                    {
                        rest -= _r[i, k] * column[k];
                    }

                    column[i] = rest / _r[i, i];
                    sum += column[i] * column[i];
                }
            }

            return 1 / Math.Sqrt(sum);
        }
    }

    /// <summary>y, with zeros for columns that were not added.</summary>
    public double[] Solve()
    {
        var y = new double[_rotations.Length];
        for (int i = Count - 1; i >= 0; i--)
        {
            double sum = _g[i];
            for (int j = i + 1; j < Count; j++)
            {
                sum -= _r[i, j] * y[j];
            }

            y[i] = sum / _r[i, i];
        }

        return y;
    }
}
