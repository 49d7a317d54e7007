using FsCheck;
using FsCheck.Fluent;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Backends.Cpu;

/// <summary>Random programs as lists of lines, which a property test draws and shrinks.</summary>
public static class RandomPrograms
{
    /// <summary>One line.</summary>
    /// <param name="Operation">Which operation, modulo their number.</param>
    /// <param name="Left">Which value, counted from the latest.</param>
    /// <param name="Right">Which other value.</param>
    public readonly record struct Line(byte Operation, byte Left, byte Right);

    /// <summary>A hundred programs of at most eight lines, longer and longer, for what is counted over many.</summary>
    public static class OneHundred
    {
        public static Arbitrary<Line[][]> Programs() => Gen.CollectToArray(
            Enumerable.Range(0, 100), i => ArbMap.Default.ArbFor<Line[]>().Generator.Resize(i * 8 / 100)).ToArbitrary();
    }

    /// <summary>Traces a program.</summary>
    /// <param name="lines">The program.</param>
    /// <param name="operands">Its inputs.</param>
    public static Graph Trace(IReadOnlyList<Line> lines, Tensor[] operands) => TracedFunction.Of(inputs => Run(lines, inputs), operands).Graph;

    /// <summary>Runs a program.</summary>
    public static Tensor[] Run(IReadOnlyList<Line> lines, Tensor[] inputs) =>
        RandomProgram.Run(lines.Select(line => (line.Operation, line.Left, line.Right)), inputs);
}
