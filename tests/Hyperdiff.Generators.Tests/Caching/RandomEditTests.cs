using System.Globalization;
using Hyperdiff.Generators.Tests.Emission;
using Hyperdiff.Generators.Tests.Harness;
using Hyperdiff.Generators.Tests.Lifting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hyperdiff.Generators.Tests.Caching;

/// <summary>Whatever is typed into whichever file: a driver with its caches emits what a fresh one does.</summary>
public sealed class RandomEditTests
{
    private const int Seed = 20261126, Files = 3, Edits = 6;

    // HYPERDIFF_RANDOM_CASES=n tries n more, from a new seed
    private static readonly int s_more = int.TryParse(Environment.GetEnvironmentVariable("HYPERDIFF_RANDOM_CASES"), CultureInfo.InvariantCulture, out int more)
        ? more : 0;

    [Fact]
    public void Driver_AfterEveryEdit_EmitsWhatAFreshOneDoes()
    {
        int seed = s_more > 0 ? Environment.TickCount : Seed;
        var random = new Random(seed);
        string[] corpus = [.. LegalShapesTests.Shapes.Select(shape => (string)shape[2]),
            .. LiftedCase.Liftable.Select(item => LiftedCase.Source(item, "Case"))];
        for (int i = 0; i < 40 + s_more; i++)
        {
            string[] files = [.. Enumerable.Range(0, Files).Select(_ => corpus[random.Next(corpus.Length)])];
            GeneratorRun run = GeneratorRun.Of(files);
            for (int edit = 0; edit < Edits; edit++)
            {
                int at = random.Next(Files);
                files[at] = random.Next(4) == 0 ? corpus[random.Next(corpus.Length)] : MutatedProgramTests.Mutated(files[at], corpus, random);
                SyntaxTree old = run.Before.SyntaxTrees.ElementAt(at);

                run = run.Then(run.Before.ReplaceSyntaxTree(old,
                    CSharpSyntaxTree.ParseText("using Hyperdiff;\n" + files[at], Source.ParseOptions, old.FilePath)));

                IReadOnlyDictionary<string, string> fresh = GeneratorRun.Of(files).Files;
                Assert.True(fresh.OrderBy(file => file.Key, StringComparer.Ordinal).SequenceEqual(run.Files.OrderBy(file => file.Key, StringComparer.Ordinal)),
                    $"seed {seed}, program {i}, edit {edit} of file {at}:\n{string.Join("\n---\n", files)}");
            }
        }
    }
}
