using BenchmarkDotNet.Running;
using Hyperdiff.Backends.Cpu;

Console.WriteLine($"backend: {CpuBackend.Instance.Name}");
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
