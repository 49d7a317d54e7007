using Hyperdiff.Generators.Tests.Harness;

namespace Hyperdiff.Generators.Tests.Analyzers;

/// <summary>A method of the corpus: what stands in its body, and what it needs around it.</summary>
/// <remarks>A file of the corpus has, per case, a line <c>=== title</c>, the body, and where needed <c>--- members</c> and <c>--- types</c>.</remarks>
internal sealed record CorpusCase(string Title, string Body, string Members, string Types)
{
    /// <summary>The case as a program. All may count in a static field, by <c>Log.Up()</c>.</summary>
    public string Source => $$"""
        using System; using System.Buffers; using System.Collections; using System.Collections.Generic; using System.Collections.Immutable;
        using System.Collections.ObjectModel; using System.Diagnostics; using System.Globalization; using System.IO; using System.Linq; using System.Numerics;
        using System.Runtime.CompilerServices; using System.Runtime.InteropServices; using System.Text; using System.Threading; using System.Threading.Tasks;
        [Tree] public sealed partial record Pair(Tensor A, Tensor B);
        static class Log { public static int Count; public static int Up() => ++Count; }
        {{Types}}
        public static unsafe partial class Model
        {
            {{Members}}

            [FixedPointMap] static Tensor Step(Tensor w, Tensor h, Tensor[] data, int n, string text) { {{Body}} return w; }
        }
        """;

    public static IReadOnlyList<CorpusCase> In(string file, string folder = "Analyzers/Corpus") =>
        [.. Repository.Read($"tests/Hyperdiff.Generators.Tests/{folder}/{file}").Split("=== ", StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    private static CorpusCase Parse(string text)
    {
        string[] parts = text.Split("--- ");
        string[] head = parts[0].Split('\n', 2);
        return new CorpusCase(head[0].Trim(), head[1].Trim(), Part("members"), Part("types"));

        string Part(string name) => parts.Skip(1).Where(part => part.StartsWith(name, StringComparison.Ordinal)).Select(part => part[name.Length..].Trim())
            .SingleOrDefault(string.Empty);
    }
}
