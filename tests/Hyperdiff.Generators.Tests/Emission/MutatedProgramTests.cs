using System.Globalization;
using Hyperdiff.Generators.Tests.Harness;
using Hyperdiff.Generators.Tests.Lifting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hyperdiff.Generators.Tests.Emission;

/// <summary>Programs as they are while someone types: the generator never fails, and what it emits compiles unless the program is at fault itself.</summary>
public sealed class MutatedProgramTests
{
    // how many programs, from a new seed; 2,000 from a fixed one otherwise
    private static readonly int? s_asked =
        int.TryParse(Environment.GetEnvironmentVariable("HYPERDIFF_RANDOM_CASES"), CultureInfo.InvariantCulture, out int asked) ? asked : null;

    private static readonly int s_seed = s_asked is null ? 20261125 : Environment.TickCount;

    // a partial method that waits for its implementation is no fault of the program
    private const string Unimplemented = "CS8795";

    private static readonly string[] s_tokens =
    [
        "partial", "static", "record", "struct", "class", "file", "readonly", "params", "in", "ref", "virtual", "abstract", "override", "new",
        "required", "this",
        "private", "public", "<T>", "?", "[]", "(Tensor, Tensor)", "int", "Tensor", "double", "string", "void", "= null", "=> w", "{", "}", "(", ")", ";", ",",
        "[Tree]", "[Frozen]", "[Batch]", "[FixedPointMap]", "[RootCondition]", "[InnerObjective]", "[OuterObjective]", "[GradientOf(\"Loss\")]",
        "namespace N {", "enum E { A }", "\"", "// ", "#if", "W", "M", "Step", "Loss",
    ];

    [Fact]
    public async Task Generator_OnMutatedPrograms_NeitherFailsNorEmitsWhatDoesNotCompile()
    {
        string[] corpus = [.. LegalShapesTests.Shapes.Select(shape => (string)shape[2]),
            .. LiftedCase.Liftable.Select(item => LiftedCase.Source(item, "Case"))];
        var random = new Random(s_seed);
        var faults = new List<string>();
        (int count, int clean) = (s_asked ?? 2000, 0);
        for (int i = 0; i < count; i++)
        {
            string program = Mutated(corpus[random.Next(corpus.Length)], corpus, random);
            CSharpCompilation before = Source.Compile(program);
            GeneratorRun run;
            try
            {
                run = GeneratorRun.Of(before);
            }
            catch (Xunit.Sdk.XunitException failure)
            {
                faults.Add($"{program}\n    {failure.Message}");
                continue;
            }

            bool isAtFault = Errors(before).Any(error => error.Id != Unimplemented);
            clean += isAtFault ? 0 : 1;
            if (!isAtFault && Errors(run.After).Any() && !(await Analysis.Of(before)).Any(report => report.StartsWith("HD", StringComparison.Ordinal)))
            {
                faults.Add($"{program}\n    {string.Join("\n    ", Errors(run.After))}");
            }
        }

        Assert.True(faults.Count == 0, $"seed {s_seed}: {faults.Count} of {count} programs\n{string.Join("\n\n", faults.Take(10))}");

        // programs that do not compile by themselves show little
        Assert.InRange(clean, count / 20, count);
    }

    private static IEnumerable<Diagnostic> Errors(Compilation compilation) =>
        compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    internal static string Mutated(string program, string[] corpus, Random random)
    {
        List<string> tokens = Tokens(program);
        for (int edits = random.Next(1, 3); edits > 0 && tokens.Count > 1; edits--)
        {
            int at = random.Next(tokens.Count), other = random.Next(tokens.Count);
            switch (random.Next(11))
            {
                case 0:
                    tokens.RemoveAt(at);
                    break;
                case 1:
                    tokens.Insert(at, tokens[other]);
                    break;
                case 2:
                    tokens[at] = tokens[other];
                    break;
                case 3:
                    tokens.Insert(at, s_tokens[random.Next(s_tokens.Length)]);
                    break;
                case 4:
                    tokens[at] = s_tokens[random.Next(s_tokens.Length)];
                    break;
                case 5 when random.Next(4) == 0:
                    tokens.RemoveRange(at, tokens.Count - at);
                    break;
                case 6:
                    // another program beside it, the same at times
                    tokens.AddRange(Tokens(corpus[random.Next(corpus.Length)]));
                    break;
                case 7 or 8 or 9:
                    // a name for a name, a number for a number: what may well compile
                    string[] alike = [.. tokens.Where(token => Kind(token) == Kind(tokens[at]))];
                    tokens[at] = alike[random.Next(alike.Length)];
                    break;
                default:
                    (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                    break;
            }
        }

        return string.Join(" ", tokens);
    }

    private static int Kind(string token) => token.Length == 0 ? 3 : char.IsLetter(token[0]) ? 0 : char.IsDigit(token[0]) ? 1 : 2;

    // directives are trivia, and stay where they were
    private static List<string> Tokens(string program) =>
        [.. CSharpSyntaxTree.ParseText(program, Source.ParseOptions).GetRoot().DescendantTokens().Select(token => token.HasLeadingTrivia
            && token.LeadingTrivia.Any(trivia => trivia.IsDirective) ? $"\n{token.ToFullString()}" : token.Text)];
}
