using System.CommandLine;
using BenchmarkDotNet.Running;
using Hyperdiff.Backends.Cpu;
using Hyperdiff.Benchmarks;
using Hyperdiff.Benchmarks.Accuracy;
using Hyperdiff.Benchmarks.Jobs;
using Hyperdiff.Benchmarks.Kernels;
using Hyperdiff.Benchmarks.Objectives;
using Hyperdiff.Benchmarks.Peers;
using Hyperdiff.Benchmarks.Scaling;

var commands = new RootCommand("Benchmarks of Hyperdiff.")
{
    PeersCommand.Create(), JobsCommand.Create(), MemoryCommand.Create(), CompileCommand.Create(), ProductsCommand.Create(), KernelsCommand.Create(),
    ObjectivesCommand.Create(), AccuracyCommand.Create(), LoopProductsCommand.Create(), ScaleCommand.Create(), GraphScaleCommand.Create(),
    FlatMemoryCommand.Create(), GeneratorCommand.Create(), FormsCommand.Create(), RanksCommand.Create(),
};
if (args.Length > 0 && commands.Subcommands.Any(command => command.Name == args[0]))
{
    return commands.Parse(args).Invoke();
}

Console.WriteLine($"backend: {CpuBackend.Instance.Name}");
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
