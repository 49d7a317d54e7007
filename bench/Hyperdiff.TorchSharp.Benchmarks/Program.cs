using System.CommandLine;
using System.Globalization;
using Hyperdiff;
using Hyperdiff.Benchmarks.Peers;
using Hyperdiff.TorchSharp;
using Hyperdiff.TorchSharp.Benchmarks;
using TorchSharp;

var device = new Option<string>("--device") { Description = "cpu, cuda, cuda:1, mps", DefaultValueFactory = _ => "cpu" };
var threads = new Option<int>("--threads") { Description = "how many libtorch uses, if not its own choice" };
var seconds = new Option<double>("--seconds") { Description = "how long each call is timed", DefaultValueFactory = _ => 1 };
var peers = new Command("peers", "Hyperdiff over libtorch beside TorchSharp's own autograd, in one process, one after the other.") { device, threads, seconds };
peers.SetAction(arguments =>
{
    TorchBackend backend = TorchBackend.On(new torch.Device(arguments.GetValue(device)!));
    if (arguments.GetValue(threads) is > 0 and var count)
    {
        torch.set_num_threads(count);
    }

    var duration = TimeSpan.FromSeconds(arguments.GetValue(seconds));
    Console.WriteLine($"{backend}, libtorch {torch.__version__}, {torch.get_num_threads()} threads");
    Console.WriteLine("| problem | type | call | Hyperdiff, µs, median (least) | autograd, µs | ratio of the medians (of the least) | difference |");
    Console.WriteLine("|---|---|---|---|---|---|---|");
    foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
    {
        foreach (ComparedProblem problem in ComparedProblem.All(backend, dtype))
        {
            foreach ((string call, Func<Tensor[]> ours, Func<torch.Tensor[]> theirs) in problem.Calls)
            {
                double difference = ComparedProblem.Difference(ours, theirs);
                Timing a = Timing.Of(() => ComparedProblem.Finished(backend, ours), duration);
                Timing b = Timing.Of(() => ComparedProblem.Finished(backend, theirs), duration);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {problem.Name} | {dtype.Name()} | {call} | {a.MedianMicroseconds:F0} ({a.MinMicroseconds:F0}) | "
                        + $"{b.MedianMicroseconds:F0} ({b.MinMicroseconds:F0}) | {a.MedianMicroseconds / b.MedianMicroseconds:F2} "
                        + $"({a.MinMicroseconds / b.MinMicroseconds:F2}) | {difference:E0} |"));
            }
        }
    }
});
return new RootCommand("Benchmarks of Hyperdiff over TorchSharp.") { peers }.Parse(args).Invoke();
