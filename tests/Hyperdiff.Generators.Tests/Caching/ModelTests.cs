using System.Collections;
using System.Reflection;
using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Tests.Caching;

public sealed class ModelTests
{
    private const string Program = """
        [Tree] public sealed partial record Weights(Tensor W, [Frozen] Tensor B, int Depth);

        public static partial class Model
        {
            [FixedPointMap] static Weights Step(Weights w, Tensor h, Tensor[] x, (Tensor, Tensor) y) => w;

            [RootCondition] static Weights Balance(Weights w, Tensor h) => w - w;

            [InnerObjective] static Tensor Train(Weights w, Tensor h, [Batch] Tensor x) => (w.W * x).Sum();

            [OuterObjective] static (Tensor, Tensor) Test(Weights w, Tensor h) => (h, h);

            [GradientOf(nameof(Train))] private static partial Weights Slope(Weights w, Tensor h, Tensor x);

            [HessianProductOf("Train")] private static partial Weights Curve(Weights w, Tensor h, Tensor x, Weights v);

            [Differentiable] static (Tensor, Weights) Energy(Weights w, Tensor[] p, int k, bool last) => Diff.Grad(((Tensor, Weights) t) => t.Item1, (p[0], w));
        }
        """;

    private static readonly string[] s_steps = [TrackingNames.Trees, TrackingNames.Maps, TrackingNames.Conditions, TrackingNames.Objectives,
        TrackingNames.Functions, TrackingNames.Derivatives, TrackingNames.Calls, TrackingNames.Registrations];

    [Fact]
    public void Models_OfTheSameSource_AreEqualAndHashEqually()
    {
        Assert.Equal(10, Models(Program).Count);
        Assert.Equal(Models(Program), Models(Program));
        Assert.Equal(Models(Program).Select(model => model.GetHashCode()), Models(Program).Select(model => model.GetHashCode()));
    }

    [Theory]
    [InlineData("=> w;", "=> w + w;")]
    [InlineData("=> w;", "{ return w; }")]
    [InlineData("[Tree] public", "// comment\n\n[Tree]\npublic")]
    [InlineData("[FixedPointMap] static", "[FixedPointMap, System.ComponentModel.Description(\"Documented.\")] static")]
    [InlineData("public static partial class Model", "public static class Other { }\n\npublic static partial class Model")]
    [InlineData("(Tensor W,", "(Hyperdiff.Tensor W,")]
    [InlineData("(w.W * x).Sum()", "x.Sum()")]
    [InlineData("\"Train\"", "nameof(Train)")]
    public void Models_OfEquivalentSources_AreEqual(string from, string to) => Assert.Equal(Models(Program), Models(Edit(from, to)));

    [Theory]
    [InlineData("Tensor W,", "Tensor V,")]
    [InlineData("Tensor W,", "Tensor[] W,")]
    [InlineData("[Frozen] ", "")]
    [InlineData("int Depth", "bool Depth, Tensor Last")]
    [InlineData("Tensor W, [Frozen] Tensor B", "[Frozen] Tensor B, Tensor W")]
    [InlineData("sealed partial record Weights(", "readonly partial record struct Weights(")]
    [InlineData("Depth);", "Depth) { public static Weights operator +(Weights a, Weights b) => a; }")]
    [InlineData("Depth);", "Depth) { public Tensor C { get; init; } = W; }")]
    [InlineData("public sealed partial record", "internal sealed partial record")]
    [InlineData("Weights Step", "Weights Stride")]
    [InlineData("Tensor[] x", "Tensor x")]
    [InlineData("Tensor[] x", "Tensor[] z")]
    [InlineData("(Tensor, Tensor) y", "(Tensor A, Tensor B) y")]
    [InlineData("(Tensor, Tensor) y", "int y")]
    [InlineData("[Batch] ", "")]
    [InlineData("(Tensor, Tensor) Test(Weights w, Tensor h) => (h, h)", "Tensor Test(Weights w, Tensor h) => h")]
    [InlineData("private static partial", "internal static partial")]
    [InlineData("Slope(Weights w", "Slope(Weights v")]
    [InlineData("Curve(Weights w", "Curvature(Weights w")]
    [InlineData("Weights v);", "Weights u);")]
    [InlineData("int k,", "int n,")]
    [InlineData("int k, bool last", "Tensor k, bool last")]
    [InlineData("static (Tensor, Weights) Energy", "static (Tensor, Weights)[] Energy")]
    [InlineData("((Tensor, Weights) t) => t.Item1, (p[0], w)", "((Tensor, Weights[]) t) => t.Item1, (p[0], new[] { w })")]
    [InlineData("[Tree] public", "namespace Demo; [Tree] public")]
    [InlineData("static partial class Model", "partial struct Model")]
    public void Models_OfDifferentSources_Differ(string from, string to)
    {
        string edited = Edit(from, to);

        Assert.Contains(from, Program, StringComparison.Ordinal);
        Assert.NotEqual(Models(Program), Models(edited));
    }

    [Fact]
    public void Models_WalkedAsObjects_HoldNothingThatBelongsToACompilation()
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (object model in Models(Program))
        {
            Walk(model, seen);
        }

        // strings, models, lists, types and parameters
        Assert.True(seen.Count > 50, $"{seen.Count} objects");
    }

    [Fact]
    public void EquatableArray_ComparesItems()
    {
        Assert.Equal(new EquatableArray<string>(["a", "b"]), new EquatableArray<string>(["a", "b"]));
        Assert.NotEqual(new EquatableArray<string>(["a", "b"]), new EquatableArray<string>(["b", "a"]));
        Assert.NotEqual(new EquatableArray<string>(["a"]), new EquatableArray<string>(["a", "b"]));
    }

    private static string Edit(string from, string to) => Program.Replace(from, to, StringComparison.Ordinal);

    private static List<object> Models(string source)
    {
        GeneratorRun run = GeneratorRun.Of(source);
        return [.. s_steps.SelectMany(run.Models)];
    }

    private static void Walk(object? value, HashSet<object> seen)
    {
        if (value is null || !seen.Add(value))
        {
            return;
        }

        Type type = value.GetType();
        Assert.False(value is ISymbol or SyntaxNode or SyntaxTree or Location or Compilation or SemanticModel or Diagnostic, $"A model holds a {type}.");
        Assert.False(type.FullName!.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal), $"A model holds a {type}.");
        Assert.False(type.IsGenericType && type.Name.StartsWith("ImmutableArray", StringComparison.Ordinal), "ImmutableArray compares by reference.");
        if (value is string || type.IsPrimitive || type.IsEnum || value is Pointer or MemberInfo)
        {
            return;
        }

        if (value is IEnumerable items)
        {
            foreach (object? item in items)
            {
                Walk(item, seen);
            }
        }

        for (Type? level = type; level is not null && level != typeof(object); level = level.BaseType)
        {
            foreach (FieldInfo field in level.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                Walk(field.GetValue(value), seen);
            }
        }
    }
}
