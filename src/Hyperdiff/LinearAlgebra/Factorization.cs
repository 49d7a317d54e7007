namespace Hyperdiff;

/// <summary>A factored matrix: solves with it and with its transpose.</summary>
internal abstract class Factorization
{
    /// <summary>A⁻¹ b, in a new array.</summary>
    public abstract double[] Solve(ReadOnlySpan<double> rightHandSide);

    /// <summary>A⁻ᵀ b, in a new array.</summary>
    public abstract double[] SolveTransposed(ReadOnlySpan<double> rightHandSide);

    /// <summary>An estimate, from below, of the condition number in the 1-norm, ‖A‖₁ ‖A⁻¹‖₁.</summary>
    /// <remarks>
    /// A few solves with A and Aᵀ climb to a column of A⁻¹ that is large. It is seldom off by more than a factor 3. Source: Hager (1984), "Condition estimates", algorithm 3.1, in
    /// the form of Higham (2002), "Accuracy and Stability of Numerical Algorithms", 2nd edition, algorithm 15.1, with its alternative vector that defeats cancellation.
    /// </remarks>
    /// <param name="norm">‖A‖₁.</param>
    /// <param name="size">The number of rows.</param>
    public double Condition(double norm, int size)
    {
        const int MaxSolves = 5;
        var x = new double[size];
        Array.Fill(x, 1.0 / size);
        double estimate = 0;
        int largest = -1;
        for (int i = 0; i < MaxSolves; i++)
        {
            double[] y = Solve(x);
            estimate = Math.Max(estimate, y.Sum(Math.Abs));
            double[] z = SolveTransposed(Array.ConvertAll(y, element => element < 0 ? -1.0 : 1.0));
            int next = Enumerable.Range(0, size).MaxBy(index => Math.Abs(z[index]));
            if (next == largest)
            {
                break;
            }

            Array.Clear(x);
            (x[next], largest) = (1, next);
        }

        for (int i = 0; i < size; i++)
        {
            x[i] = (i % 2 == 0 ? 1 : -1) * (1 + (size == 1 ? 0 : (double)i / (size - 1)));
        }

        return norm * Math.Max(estimate, 2 * Solve(x).Sum(Math.Abs) / (3 * size));
    }

    /// <summary>‖A‖₁, the largest sum of a column's absolute values.</summary>
    public static double Norm(double[,] matrix)
    {
        double largest = 0;
        for (int column = 0; column < matrix.GetLength(1); column++)
        {
            double sum = 0;
            for (int row = 0; row < matrix.GetLength(0); row++)
            {
                sum += Math.Abs(matrix[row, column]);
            }

            largest = double.IsNaN(sum) ? sum : Math.Max(largest, sum);
        }

        return largest;
    }
}
