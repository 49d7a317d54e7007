namespace Hyperdiff.Testing;

/// <summary>Solves over a backend beside the same over host memory: vectors lie where the operands do, and differ by what the solves were asked for.</summary>
internal static class SolveComparison
{
    /// <summary>More unknowns than an iteration may read at once.</summary>
    public const int Unknowns = GuardedBackend.WindowLength + 8;

    // solves are asked for 1e-10, of matrices with a condition of 3 to 10, and differences of results that rest on them lose some digits more
    private const double Double = 1e-6;

    // by default a solve in float32 is asked for some 1e-4
    private const double Single = 1e-2;

    /// <summary>What solves are asked for, relative to their data; null is the default of the element type.</summary>
    public static double? Tolerance(DType dtype) => dtype == DType.Float64 ? 1e-10 : null;

    /// <summary>What differs between results here and there; null if they agree.</summary>
    /// <param name="subject">The backend.</param>
    /// <param name="expected">The same over host memory.</param>
    /// <param name="found">Tensors of the backend.</param>
    /// <param name="what">What they are, for the message.</param>
    public static string? Difference(BackendSubject subject, Tensor[] expected, Tensor[] found, string what)
    {
        if (Array.Find(found, tensor => !ReferenceEquals(tensor.Backend, subject.Backend)) is { } elsewhere)
        {
            return $"{what} lies on {elsewhere.Backend.Name}";
        }

        for (int i = 0; i < expected.Length; i++)
        {
            double[] wanted = Closeness.Numbers(expected[i]), numbers = Closeness.Numbers(subject.Read(found[i]));
            double size = Math.Max(Norm(wanted), 1e-300), error = Norm([.. wanted.Zip(numbers, (x, y) => x - y)]);
            if (!(error <= (expected[i].DType == DType.Float64 ? Double : Single) * size))
            {
                return FormattableString.Invariant($"{what} is off by {error / size:G3} of its size from what it is in host memory");
            }
        }

        return null;
    }

    private static double Norm(double[] numbers) => Math.Sqrt(numbers.Sum(number => number * number));
}
