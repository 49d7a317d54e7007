using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Hyperdiff.Backends.Cpu;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Benchmarks.Peers;

/// <summary><c>products</c>: matrix products by managed code and by OpenBLAS on our tiles and threads, call by call in turns, so that both meet the same
/// machine.</summary>
/// <remarks><c>DOTNET_EnableAVX512=0 OPENBLAS_CORETYPE=Haswell</c> holds both to AVX2.</remarks>
internal static class ProductsCommand
{
    private const double MicrosecondsPerTurn = 500;
    private const int LeastTurns = 20;

    private static readonly (int Rows, int Inner, int Columns)[] s_sizes =
        [(64, 64, 64), (256, 256, 256), (1024, 1024, 1024), (256, 784, 128), (2000, 100, 100), (512, 512, 32), (4096, 32, 32), (32, 4096, 32)];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var threads = new Option<int>("--threads") { Description = "How many threads share a product.", DefaultValueFactory = _ => Environment.ProcessorCount };
        threads.Validators.Add(value =>
        {
            if (value.GetValueOrDefault<int>() < 1)
            {
                value.AddError("--threads must be at least 1.");
            }
        });
        var seconds = new Option<double>("--seconds") { Description = "How long each size is timed.", DefaultValueFactory = _ => 2 };
        var command = new Command("products", "Times matrix products by managed code beside OpenBLAS.") { threads, seconds };
        command.SetAction(parsed =>
        {
            IBackend[] backends = [CpuBackend.WithThreads(parsed.GetValue(threads), "managed"), CpuBackend.WithThreads(parsed.GetValue(threads), "openblas")];
            Console.WriteLine($"{backends[0].Name} beside {backends[1].Name}");
            foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
            {
                foreach ((int rows, int inner, int columns) in s_sizes)
                {
                    double[] medians = InTurns(backends, Operand(rows, inner, dtype), Operand(inner, columns, dtype),
                        TimeSpan.FromSeconds(parsed.GetValue(seconds)));
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{dtype,-7} {$"{rows}x{inner}x{columns}",-15} managed {medians[0],9:F1} µs, native {medians[1],9:F1} µs, speed of managed "
                            + $"{medians[1] / medians[0]:P0} of native"));
                }
            }
        });
        return command;
    }

    private static Tensor Operand(int rows, int columns, DType dtype) =>
        Tensor.From([.. Enumerable.Range(0, rows * columns).Select(i => Math.Sin(i))], [rows, columns]).To(dtype);

    // the first half of the turns lets the runtime optimize
    private static double[] InTurns(IBackend[] backends, Tensor left, Tensor right, TimeSpan duration)
    {
        var product = new MatMul();
        var times = Array.ConvertAll(backends, _ => new List<double>());
        int calls = 1;
        var all = Stopwatch.StartNew();
        while (times[0].Count < LeastTurns || all.Elapsed < duration)
        {
            for (int i = 0; i < backends.Length; i++)
            {
                long started = Stopwatch.GetTimestamp();
                for (int call = 0; call < calls; call++)
                {
                    backends[i].Execute(product, [left, right]);
                }

                times[i].Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds / calls);
            }

            calls = Math.Max(1, (int)(MicrosecondsPerTurn / times[0].Min()));
        }

        return Array.ConvertAll(times, list => list[(list.Count / 2)..].Order().ElementAt(list.Count / 4));
    }
}
