using Hyperdiff.TorchSharp.Program;

// What a test runs in a process of its own, since it measures the process or might end it: NAME, which prints what it found.
return Jobs.Run(args[0]);
