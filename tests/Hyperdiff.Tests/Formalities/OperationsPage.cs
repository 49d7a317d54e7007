using System.Globalization;
using System.Text;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Formalities;

/// <summary>The text of <c>docs/operations.md</c>, made of the sources' own documentation and of what primitives answer.</summary>
internal static class OperationsPage
{
    /// <summary>The headings, and which types or topics (<c>Tensor.Topic.cs</c>) stand under them.</summary>
    private static readonly (string Heading, string[] Sources)[] s_groups =
    [
        ("Making and reading", ["Tensor.Construction", "Tensor.Reading", "Tensor.Exchange", "Tensor.Placement", "Tensor"]),
        ("Elementwise", ["Tensor.Arithmetic", "Tensor.Elementwise", "Tensor.Rounding", "Tensor.Trigonometry", "Tensor.SpecialFunctions", "Tensor.Activations",
            "Tensor.Masks"]),
        ("Shape and indices", ["Tensor.Shaping", "Tensor.Rearranging", "Tensor.Joining", "Tensor.Indexing"]),
        ("Reductions", ["Tensor.Reductions", "Tensor.Statistics", "Tensor.Cumulative", "Tensor.Sorting"]),
        ("Contractions", ["Tensor.Contractions", "Tensor.Convolutions", "Tensor.Pooling", "CsrMatrix"]),
        ("Linear algebra", ["Linalg"]),
        ("Losses and layers", ["Losses", "Layers", "Initializers"]),
        ("Randomness", ["RandomKey"]),
        ("Transforms", ["Diff"]),
        ("Loops", ["Loop"]),
        ("In and out", ["NumpyFile"]),
    ];

    /// <summary>Where the page is.</summary>
    public static string File { get; } = Path.Combine(Repository.Root, "docs", "operations.md");

    /// <summary>The operations: the public members of the types above.</summary>
    public static IEnumerable<DocumentedMember> Operations =>
        DocumentedMember.All.Where(member => !member.IsType && s_groups.Any(group => group.Sources.Contains(Source(member))));

    /// <summary>The sources of operations on tensors that stand under no heading, but for what only F# sees: methods that have a line, as functions.</summary>
    public static IEnumerable<string> Ungrouped => DocumentedMember.All
        .Where(member => member is { Type: "Tensor", IsType: false } && member.File is not ("Tensor.Tracing" or "Tensor.Functions")).Select(Source).Distinct()
        .Except(s_groups.SelectMany(group => group.Sources));

    /// <summary>The primitives with their documentation and their cases.</summary>
    public static IEnumerable<(DocumentedMember Documented, PrimitiveCase[] Cases)> Primitives => PrimitiveCases.All
        .GroupBy(item => item.Primitive.GetType().Name, StringComparer.Ordinal)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => (DocumentedMember.All.First(member => member.IsType && member.Name == group.Key), group.ToArray()));

    /// <summary>The page.</summary>
    public static string Render()
    {
        var page = new StringBuilder("""
            # Operations

            Every public operation and every primitive. This page is made of the documentation in the sources and of what the primitives answer when asked, by a test that fails when it is not
            current: `HYPERDIFF_WRITE_DOCS=1 dotnet test tests/Hyperdiff.Tests -c Release --filter OperationsPage` writes it.

            Shapes broadcast as in NumPy where two tensors meet element by element; a literal takes the type of the tensor that it meets. Everything that maps floating tensors to floating tensors is
            differentiable, to any order, forward and reverse, in `float32` and `float64`, and goes through `Diff.Vmap`. Conventions at kinks and ties are in [conventions.md](conventions.md).

            """);
        foreach ((string heading, string[] sources) in s_groups)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {heading}\n\n| operation | what it computes |\n|---|---|\n");
            foreach (IGrouping<(string Type, string Name), DocumentedMember> overloads in Operations
                .Where(member => sources.Contains(Source(member)))
                .OrderBy(member => Array.IndexOf(sources, Source(member)))
                .GroupBy(member => (member.Type, member.Name)))
            {
                page.Append(CultureInfo.InvariantCulture,
                    $"| {string.Join("<br>", overloads.Select(member => Code(member.Signature)))} | {Cell(Described(overloads))} |\n");
            }
        }

        page.Append("""

            ## Primitives

            What graphs are made of. *Linear in* names the operands, from 1, in which a primitive is linear: there it has a transpose; *tangent* is a rule for the rest, written in primitives; reverse mode
            is the tangent transposed. *0*: the derivative is zero wherever there is one. *Types* are those of the operands that are not indices or masks. Each of them batches: `Diff.Vmap` applies it to all
            items at once. All are held to the same laws by the tests, in each floating type, to the second order, in all modes.

            | primitive | what it computes | derivative | types |
            |---|---|---|---|

            """);
        foreach ((DocumentedMember documented, PrimitiveCase[] cases) in Primitives)
        {
            page.Append(CultureInfo.InvariantCulture,
                $"| {Code(documented.Signature)} | {Cell(documented.Summary)} | {PrimitiveProbe.Derivative(cases)} | {PrimitiveProbe.Types(cases)} |\n");
        }

        return page.ToString();
    }

    // Tensor is spread over files by topic, the others are types of their own
    private static string Source(DocumentedMember member) => member.Type == "Tensor" ? member.File : member.Type;

    private static string Described(IEnumerable<DocumentedMember> overloads)
    {
        DocumentedMember described = overloads.First(member => member.Summary.Length > 0);
        return described.Shapes.Length == 0 ? described.Summary : $"{described.Summary} ({described.Shapes})";
    }

    private static string Code(string text) => $"`{Cell(text)}`";

    // a bar would end the cell, in code as well
    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
