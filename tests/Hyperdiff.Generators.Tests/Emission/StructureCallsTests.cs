using System.Reflection;
using Hyperdiff.Generators.Parsing;
using Hyperdiff.Generators.Tests.Harness;

namespace Hyperdiff.Generators.Tests.Emission;

/// <summary>Structures that stand in a call only have a tree, whatever they are made of.</summary>
public sealed class StructureCallsTests
{
    private const string Weights = "[Tree] public sealed partial record W(Tensor A); ";

    private const string One = "Tensor one = Tensor.Scalar(1), two = Tensor.Scalar(2), three = Tensor.Scalar(3); ";

    public static TheoryData<string, string, double[]> Calls => new()
    {
        { "eight",
            "var g = Diff.Grad(((Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor) t) => t.Item1 * t.Item8, (two, one, one, one, one, one, one, three)); "
            + "return [g.Item1.ToScalar(), g.Item2.ToScalar(), g.Item8.ToScalar()];", [3, 0, 2] },
        { "sixteen, with names",
            "var t = (A: one, B: one, C: one, D: one, E: one, F: one, G: one, H: one, I: one, J: one, K: one, L: one, M: one, N: one, O: two, P: three); "
            + "var g = Diff.Grad(f, t); return [g.O.ToScalar(), g.P.ToScalar(), g.Item16.ToScalar()]; "
            + "Tensor f((Tensor A, Tensor B, Tensor C, Tensor D, Tensor E, Tensor F, Tensor G, Tensor H, Tensor I, Tensor J, Tensor K, Tensor L, Tensor M, "
            + "Tensor N, Tensor O, Tensor P) t) => t.O * t.P;",
            [3, 2, 2] },
        { "nested",
            "var g = Diff.Grad((((Tensor, W) P, (Tensor, (Tensor, Tensor[])) Q) t) => t.P.Item2.A * t.Q.Item2.Item2[0], ((one, new W(two)), (one, (one, new[] "
                + "{ three })))); "
            + "return [g.Item1.Item2.A.ToScalar(), g.Item2.Item2.Item2[0].ToScalar()];", [3, 2] },
        { "long within long", "var l = (one, one, one, one, one, one, one, one, two); var g = Diff.Grad(((W, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, "
            + "(Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)) t) => t.Item1.A * t.Item8.Item9, (new W(three), one, one, one, one, "
            + "one, one, l)); "
            + "return [g.Item1.A.ToScalar(), g.Item8.Item9.ToScalar()];", [2, 3] },
        { "arrays of pairs", "var g = Diff.Grad(((W, Tensor)[] t) => t[0].Item1.A * t[1].Item2, new[] { (new W(two), one), (new W(one), three) }); "
            + "return [g[0].Item1.A.ToScalar(), g[1].Item2.ToScalar()];", [3, 2] },
        { "arrays of arrays",
            "var g = Diff.Grad((Tensor[][] t) => t[0][0] * t[1][0], new[] { new[] { two }, new[] { three } }); return [g[0][0].ToScalar(), "
                + "g[1][0].ToScalar()];", [3, 2] },
        { "immutable arrays of records", "var g = Diff.Grad((System.Collections.Immutable.ImmutableArray<W> t) => t[0].A * t[1].A, "
            + "System.Collections.Immutable.ImmutableArray.Create(new W(two), new W(three))); return [g[0].A.ToScalar(), g[1].A.ToScalar()];", [3, 2] },
        { "dictionaries of pairs", "var g = Diff.Grad((System.Collections.Generic.Dictionary<string, (W, Tensor)> t) => t[\"a\"].Item1.A * t[\"b\"].Item2, "
            + "new System.Collections.Generic.Dictionary<string, (W, Tensor)> { [\"a\"] = (new W(two), one), [\"b\"] = (new W(one), three) }); "
            + "return [g[\"a\"].Item1.A.ToScalar(), g[\"b\"].Item2.ToScalar()];", [3, 2] },
        { "operators that are emitted", "var g = Diff.Grad(((W P, W Q) t) => (t.P + (2.0 * t.Q)).A * (t.P - t.Q).A, (new W(two), new W(three))); "
            + "return [g.Item1.A.ToScalar(), g.Item2.A.ToScalar()];", [(2 + 6) + (2 - 3), (2 * (2 - 3)) - (2 + 6)] },
        { "results",
            "var (value, tangent) = Diff.Jvp((Tensor x) => (new W(x * x), (x, x * three)), two, one); return [value.Item1.A.ToScalar(), "
                + "tangent.Item1.A.ToScalar(), tangent.Item2.Item2.ToScalar()];",
            [4, 4, 3] },
        { "results of a block",
            "var (value, tangent) = Diff.Jvp((Tensor x) => { var w = new W(x * x); return (w, (x, x * three)); }, two, one); return "
                + "[tangent.Item1.A.ToScalar(), tangent.Item2.Item2.ToScalar()];",
            [4, 3] },
        { "results of operators that are emitted", "var (value, tangent) = Diff.Jvp((W w) => (w + (w * 2.0), (1.5 * w - w, w.A)), new W(two), new W(one)); "
            + "return [tangent.Item1.A.ToScalar(), tangent.Item2.Item1.A.ToScalar()];", [3, 0.5] },
        { "carries of loops",
            "var (a, b) = Loop.Iterate(3, ((W A, (Tensor, Tensor) B) t) => (new W(t.A.A + t.B.Item1), (t.B.Item2, t.A.A)), (new W(one), (two, three))); "
            + "return [a.A.ToScalar(), b.Item1.ToScalar(), b.Item2.ToScalar()];", [7, 3, 6] },
        { "points that are made before",
            "var point = (new W(two), (one, three)); var f = ((W, (Tensor, Tensor)) t) => t.Item1.A * t.Item2.Item2; var g = Diff.Grad(f, point); "
            + "return [g.Item1.A.ToScalar(), g.Item2.Item2.ToScalar()];", [3, 2] },
        { "a static using",
            "return [Hessian2((new W(two), three))]; static double Hessian2((W, Tensor) t) => Hvp(((W, Tensor) s) => s.Item1.A.Square() * s.Item2, t, "
                + "t).Item1.A.ToScalar();", [24] },
        { "an alias",
            "var g = D.Grad(((W, (W, Tensor)) t) => t.Item1.A * t.Item2.Item2, (new W(two), (new W(one), three))); return [g.Item1.A.ToScalar()];", [3] },
        { "a qualified name",
            "var g = global::Hyperdiff.Diff.Grad(((W, (W, W)) t) => t.Item1.A * t.Item2.Item2.A, (new W(two), (new W(one), new W(three)))); return "
                + "[g.Item1.A.ToScalar()];", [3] },
        { "type arguments",
            "return [Diff.Grad<(W, (Tensor, Tensor, Tensor))>(t => t.Item1.A * t.Item2.Item3, (new W(two), (one, one, three))).Item1.A.ToScalar()];", [3] },
        { "a tree that is asked for", "return [new LeafReaderOf<(W, W, W)>(Tree.Of<(W, W, W)>()).Count]; ", [3] },
        { "an objective's parts",
            "var f = Objective.From(((W, Tensor) w, (Tensor, W) h) => w.Item1.A * h.Item2.A * w.Item2); return [f.Gradient((new W(two), three), (one, new "
                + "W(three))).Item1.A.ToScalar()];", [9] },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void StructureInACall_HasATree(string what, string body, double[] byHand)
    {
        double[] result = Program.Run(
            Weights + "sealed class LeafReaderOf<T>(Tree<T> tree) { public double Count => tree is null ? 0 : 3; }",
            $"using D = Hyperdiff.Diff; using static Hyperdiff.Diff; public static class Run {{ public static double[] Now() {{ {One}{body} }} }}");

        Assert.True(byHand.SequenceEqual(result), $"{what}: {string.Join(", ", result)}");
    }

    [Fact]
    public void EveryClass_WhoseFunctionsLookTreesUp_IsKnown()
    {
        MethodInfo[] optional = [.. typeof(Tensor).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => method.IsGenericMethod && method.GetParameters().Any(parameter => parameter.IsOptional
                && parameter.ParameterType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Tree<>)))];

        Assert.NotEmpty(optional);
        Assert.Empty(optional.Where(method => method.IsStatic).Select(method => method.DeclaringType!.Name).Except(StructureCalls.Classes));
        Assert.Equal(StructureCalls.InstanceMethods.Order(), optional.Where(method => !method.IsStatic).Select(method => method.Name).Distinct().Order());
    }

    [Fact]
    public void EditElsewhere_ThatChangesWhatACallMeans_IsSeen()
    {
        const string call =
            "public static class Run { public static void Now() { Tensor g = Diff.Grad(F.Of(), F.At()).Item1; g = Diff.Grad(1.At2(), G.Point).Item1; } }";
        (string From, string To)[] edits =
        [
            ("public static class F { public static System.Func<(Tensor, H.W), Tensor> Of() => t => t.Item1; public static (Tensor, H.W) At() => default; }",
                "public static class F { public static System.Func<(Tensor, H.W, Tensor), Tensor> Of() => t => t.Item1; public static (Tensor, H.W, Tensor) "
                    + "At() => default; }"),
            ("static class Ext { public static System.Func<(Tensor, H.W[]), Tensor> At2(this int n) => t => t.Item1; } static class G { public static "
                + "(Tensor, H.W[]) Point => default; }",
                "static class Ext { public static System.Func<(Tensor, H.W[][]), Tensor> At2(this int n) => t => t.Item1; } static class G { public static "
                    + "(Tensor, H.W[][]) Point => default; }"),
            ("public static partial class H { [Tree] public partial record W(Tensor A); }",
                "public static partial class H { [Tree] private partial record W(Tensor A); }"),
        ];
        string[] files = [call, .. edits.Select(edit => edit.From)];
        for (int i = 0; i < edits.Length; i++)
        {
            GeneratorRun before = GeneratorRun.Of(files);
            string[] edited = [.. files.Select(file => file == edits[i].From ? edits[i].To : file)];
            Microsoft.CodeAnalysis.SyntaxTree old = before.Before.SyntaxTrees.ElementAt(i + 1);

            GeneratorRun after = before.Then(before.Before.ReplaceSyntaxTree(
                old, Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree.ParseText("using Hyperdiff;\n" + edits[i].To, Source.ParseOptions, old.FilePath)));

            Assert.Equal(GeneratorRun.Of(edited).Files, after.Files);
            Assert.NotEqual(before.Files.GetValueOrDefault("Hyperdiff.TreeRegistrations.g.cs"),
                after.Files.GetValueOrDefault("Hyperdiff.TreeRegistrations.g.cs"));
        }
    }
}
