using System.CommandLine;
using BenchmarkDotNet.Running;
using Hyperdiff.Backends.Cpu;
using Hyperdiff.Benchmarks.Peers;
using Hyperdiff.Benchmarks.Scaling;

if (args is ["peers" or "scale" or "memory" or "compile" or "products", ..])
{
    return new RootCommand("Benchmarks of Hyperdiff.") { PeersCommand.Create(), MemoryCommand.Create(), CompileCommand.Create(), ProductsCommand.Create(), ScaleCommand.Create() }.Parse(args).Invoke();
}

Console.WriteLine($"backend: {CpuBackend.Instance.Name}");
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
