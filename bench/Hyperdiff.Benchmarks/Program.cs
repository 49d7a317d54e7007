using System.CommandLine;
using BenchmarkDotNet.Running;
using Hyperdiff.Backends.Cpu;
using Hyperdiff.Benchmarks.Peers;

if (args is ["peers", ..])
{
    return new RootCommand("Benchmarks of Hyperdiff.") { PeersCommand.Create() }.Parse(args).Invoke();
}

Console.WriteLine($"backend: {CpuBackend.Instance.Name}");
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
