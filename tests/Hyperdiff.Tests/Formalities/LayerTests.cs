using System.Text.RegularExpressions;

namespace Hyperdiff.Tests.Formalities;

/// <summary>The folders of src/Hyperdiff are layers, in the order of the table in docs/architecture.md, and no layer uses one above it. Inside a layer, and in
/// the generator, the folders beside each other use one another in one direction.</summary>
public sealed partial class LayerTests(LayerTests.Sources sources) : IClassFixture<LayerTests.Sources>
{
    // a sum is the transpose of what repeats, and derivatives of all kinds of primitives are written in the others
    private static readonly string[] s_inOnePiece = ["Primitives"];

    private static readonly string s_library = Path.Combine(Repository.Root, "src", "Hyperdiff");

    private static readonly string[] s_layers =
        [.. Row().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md"))).SelectMany(row => Name().Matches(row.Value))
            .Select(name => name.Groups[1].Value)];

    [Fact]
    public void EveryFolder_IsALayerOfTheDocs() =>
        Assert.Equal(Directory.EnumerateDirectories(s_library).Where(path => Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories).Any())
            .Select(Path.GetFileName).Order(), s_layers.Order());

    [Fact]
    public void NoLayer_UsesOneAboveIt() => Assert.Empty(Upward(sources.Uses));

    [Fact]
    public void AUseOfAHigherLayer_WouldBeFound()
    {
        // the check must be able to fail, also where no name is written
        const string Text = """
            namespace Hyperdiff;

            internal static class Violation
            {
                public static object Named() => FixedPoint.Iteration();

                public static Tensor Operator(Tensor x, Tensor y) => x * y;

                public static Tensor Assigned(Tensor x)
                {
                    x += x;
                    return x;
                }

                public static Tensor Indexer(Tensor x) => x[0];

                public static Schedule Conversion() => 1.0;

                public static ProjectedOptimizer Target(Optimizer inner) => new(inner, x => x);
            }
            """;
        string[] found = [.. Upward(sources.Library.OfAdditional("Tensors/Violation.cs", Text))];

        Assert.All(["FixedPoint", "op_Multiply", "op_Addition", "this[]", "op_Implicit", ".ctor"], name =>
            Assert.Contains(found, line => line.StartsWith($"Tensors/Violation.cs uses {name} ", StringComparison.Ordinal)));
    }

    [Fact]
    public void InsideALayer_FoldersUseOneAnotherInOneDirection() =>
        Assert.DoesNotContain(Cycles(s_library, sources.Uses), cycle => cycle.Parent.Length > 0);

    [Fact]
    public void FoldersOfTheGenerator_UseOneAnotherInOneDirection()
    {
        string generator = Path.Combine(Repository.Root, "generators", "Hyperdiff.Generators");
        Assert.Empty(Cycles(generator, new UsesOfDeclarations(generator, _ => 0).All()));
    }

    private static int LayerOf(string path) => Array.IndexOf(s_layers, path.Split('/')[0]);

    private static IEnumerable<string> Upward(IEnumerable<(string From, string To, string Name)> uses) =>
        uses.Where(use => LayerOf(use.To) > LayerOf(use.From)).Select(use => $"{use.From} uses {use.Name} of {use.To}");

    /// <summary>The folders that use one another in a circle, beside each other in one parent.</summary>
    private static IEnumerable<(string Parent, string Uses)> Cycles(string root, IReadOnlyCollection<(string From, string To, string Name)> uses)
    {
        foreach (string parent in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).Prepend(root))
        {
            string prefix = parent == root ? string.Empty : $"{Path.GetRelativePath(root, parent).Replace('\\', '/')}/";
            var between = uses.Where(use => use.From.StartsWith(prefix, StringComparison.Ordinal) && use.To.StartsWith(prefix, StringComparison.Ordinal))
                .Select(use => (From: use.From[prefix.Length..].Split('/'), To: use.To[prefix.Length..].Split('/'), use.Name))
                .Where(use => use.From.Length > 1 && use.To.Length > 1 && use.From[0] != use.To[0]).ToList();
            for (int before = -1; before != between.Count;)
            {
                // what leads to a folder that uses none is in no circle
                before = between.Count;
                HashSet<string> users = [.. between.Select(use => use.From[0])];
                between.RemoveAll(use => !users.Contains(use.To[0]));
            }

            if (between.Count > 0 && !s_inOnePiece.Contains(prefix.TrimEnd('/')))
            {
                yield return (prefix, string.Join("; ", between.Select(use => $"{use.From[0]}/{use.From[^1]} uses {use.Name} of {use.To[0]}")));
            }
        }
    }

    /// <summary>The library, compiled once for the tests of this class, and let go with them: the memory that others measure is that of the process.</summary>
    public sealed class Sources
    {
        private readonly Lazy<IReadOnlyCollection<(string From, string To, string Name)>> _uses;

        public Sources() => _uses = new(Library.All);

        internal UsesOfDeclarations Library { get; } = new(s_library, LayerOf);

        internal IReadOnlyCollection<(string From, string To, string Name)> Uses => _uses.Value;
    }

    [GeneratedRegex(@"^\|( `\w+`,?)+ \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Name();
}
