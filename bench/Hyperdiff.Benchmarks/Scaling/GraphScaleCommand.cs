using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Hyperdiff.Benchmarks.Scaling;

/// <summary><c>scale-graph</c>: what the first call of a derivative costs, from the trace to the result, as the function gets longer.</summary>
internal static class GraphScaleCommand
{
    private static readonly (string Name, Func<Tensor, int, Tensor> Function, Tensor At)[] s_functions =
    [
        ("chained sines", (x, n) => Repeated(x, n, y => y.Sin()).Sum(), Tensor.From([0.3, 0.4])),
        ("layers", (w, n) => Repeated(Tensor.Ones([2, 4]), n, y => y.MatMul(w).Tanh()).Sum(), Tensor.Full([4, 4], 0.1)),
        ("a loop written out", (x, n) => Repeated(x, n, y => y - (0.1 * ((y * y) - x))).Sum(), Tensor.From([0.3, 0.4])),
        ("a sum of terms", (x, n) => Enumerable.Range(0, n).Aggregate(Tensor.Scalar(0), (sum, i) => sum + (x * (double)i).Sin().Sum()),
            Tensor.From([0.3, 0.4])),
    ];

    private static readonly (string Name, Action<Func<Tensor, Tensor>, Tensor> Take)[] s_derivatives =
    [
        ("Grad", (f, x) => Diff.Grad(f, x)),
        ("Jvp", (f, x) => Diff.Jvp(f, x, x)),
        ("Hvp", (f, x) => Diff.Hvp(f, x, x)),
        ("Hessian", (f, x) => Diff.Hessian(f, x)),
        ("Vmap of Grad", (f, x) => Diff.Vmap((Tensor one) => Diff.Grad(f, one))(Tensor.Stack(0, [x, x]))),
        ("Jvp of Jvp of Jvp", (f, x) => Diff.Jvp(z => Diff.Jvp(y => Diff.Jvp(f, y, x).Tangent, z, x).Tangent, x, x)),
    ];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var sizes = new Option<int[]>("--length")
        {
            Description = "The lengths of the function.",
            DefaultValueFactory = _ => [1000, 2000, 4000, 8000],
            AllowMultipleArgumentsPerToken = true
        };
        var command = new Command("scale-graph", "Times the first call of derivatives of long functions: seconds ~ lengthᵃ.") { sizes };
        command.SetAction(parsed =>
        {
            foreach ((string function, Func<Tensor, int, Tensor> f, Tensor at) in s_functions)
            {
                foreach ((string derivative, Action<Func<Tensor, Tensor>, Tensor> take) in s_derivatives)
                {
                    // what is compiled at the first use of anything is no part of it
                    take(x => f(x, 10), at);
                    (double Length, double Seconds)[] times = [.. parsed.GetValue(sizes)!.Select(n => ((double)n, Seconds(() => take(x => f(x, n), at))))];
                    string each = string.Join(", ", times.Select(time => string.Create(CultureInfo.InvariantCulture, $"{time.Length:F0} {time.Seconds:F2} s")));
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{derivative} of {function}: {each}; ~ length^{PowerLaw.Fit(times).Exponent:F2}"));
                }
            }
        });
        return command;
    }

    private static Tensor Repeated(Tensor start, int count, Func<Tensor, Tensor> step)
    {
        for (int i = 0; i < count; i++)
        {
            start = step(start);
        }

        return start;
    }

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
