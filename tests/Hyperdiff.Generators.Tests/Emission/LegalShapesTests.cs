using Hyperdiff.Generators.Tests.Harness;

namespace Hyperdiff.Generators.Tests.Emission;

/// <summary>Legal C# of every shape: what is emitted for it compiles without a word, and nothing is left out.</summary>
public sealed class LegalShapesTests
{
    /// <summary>A name, the source, and how many files come of it, registrations included.</summary>
    public static TheoryData<string, int, string> Shapes => new()
    {
        // names of files
        {
            "gradients that are overloads", 4,
            """
            public static partial class M
            {
                [InnerObjective] static Tensor Train(Tensor w, Tensor h) => w;
                [InnerObjective] static Tensor Fit(Tensor w, Tensor h, Tensor x) => w;
                [GradientOf("Train")] public static partial Tensor Slope(Tensor w, Tensor h);
                [GradientOf("Fit")] public static partial Tensor Slope(Tensor w, Tensor h, Tensor x);
            }
            """
        },
        {
            "gradients that differ in case", 3,
            """
            public static partial class M
            {
                [InnerObjective] static Tensor Train(Tensor w, Tensor h) => w;
                [GradientOf("Train")] public static partial Tensor Grad(Tensor w, Tensor h);
                [GradientOf("Train")] public static partial Tensor GRAD(Tensor w, Tensor h);
            }
            """
        },
        {
            "methods that differ in case", 2,
            "partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; [FixedPointMap] static Tensor STEP(Tensor w, Tensor h) => w; }"
        },
        {
            "types that differ in case", 2,
            "partial class M { [FixedPointMap] static Tensor F(Tensor w, Tensor h) => w; } partial class m { [FixedPointMap] static Tensor F(Tensor w, Tensor h) => w; }"
        },
        { "records that differ in case", 3, "[Tree] public partial record Pair(Tensor A); [Tree] public partial record PAIR(Tensor A);" },
        {
            "containers that differ in case", 3,
            "partial class A { [Tree] public partial record R(Tensor X); } partial class a { [Tree] public partial record R(Tensor X); }"
        },
        {
            "namespaces that differ in case", 3,
            "namespace A { [Tree] public partial record R(Tensor X); } namespace a { [Tree] public partial record R(Tensor X); }"
        },
        {
            "a namespace and a container", 3,
            "namespace A.B { [Tree] public partial record R(Tensor X); } namespace A { partial class B2 { [Tree] public partial record R(Tensor X); } }"
        },
        {
            "names beyond letters and digits", 2,
            "public static partial class M\u0301\u203Fx { [FixedPointMap] static Tensor Schritt\u203Fµ(Tensor w, Tensor h) => w; [RootCondition] static "
                + "Tensor Null\u0327(Tensor w, Tensor h) => w; }"
        },
        {
            "a long name", 1,
            $"namespace {string.Join(".", Enumerable.Repeat("Abcdefghijklmnopqrstuvwxyz", 20))} {{ partial class M {{ [FixedPointMap] static Tensor F(Tensor "
                + $"w, Tensor h) => w; }} }}"
        },

        // partial methods
        {
            "a private partial map", 1,
            "partial class M { [FixedPointMap] private static partial Tensor Step(Tensor w, Tensor h); private static partial Tensor Step(Tensor w, Tensor h) => w; }"
        },
        {
            "an implementation that is marked", 1,
            "partial class M { private static partial Tensor Step(Tensor w, Tensor h); [FixedPointMap] private static partial Tensor Step(Tensor w, Tensor h) => w; }"
        },
        {
            "partial objectives of both kinds", 1,
            "partial class M { [InnerObjective] public static partial Tensor Loss(Tensor w, Tensor h); [OuterObjective] public static partial Tensor "
                + "Loss(Tensor w, Tensor h) => w; }"
        },

        // names of members
        { "a class named like a form", 1, "partial class StepMapForm { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; }" },
        {
            "a member named like a form", 1,
            "partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; static int StepMapForm => 1; static int StepMapForm2() => 1; }"
        },
        {
            "a type named like a form", 1,
            "partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h, Tensor x) => w; class StepMapForm; enum StepMapForm2 { } }"
        },
        {
            "a gradient beside a member named like a form", 2,
            "partial class M { [InnerObjective] static Tensor Loss(Tensor w, Tensor h, int n) => w; [GradientOf(\"Loss\")] internal static partial Tensor "
                + "G(Tensor w, Tensor h, int n); class LossObjectiveForm; }"
        },
        { "members named like those of a tree", 2, "[Tree] public partial record R(Tensor A) { class GeneratedTree; static int GeneratedTree2 => 1; }" },
        { "a record named like the tree's class", 2, "[Tree] public partial record GeneratedTree(Tensor A);" },
        {
            "records named like members of trees", 5,
            "[Tree] public partial record Flatten(Tensor A); [Tree] public partial record Rebuild(Tensor A); [Tree] public partial record Instance(Tensor A); "
                + "[Tree] public partial record Data(Tensor A);"
        },
        {
            "types named like the library's", 4,
            "namespace Mine { [Tree] public partial record Tensor(global::Hyperdiff.Tensor A); [Tree] public partial record LeafReader(Tensor A); static "
                + "partial class Hyperdiff { [FixedPointMap] static Tensor Step(Tensor w, LeafReader h, Tensor Data) => w; } }"
        },
        {
            "a namespace named System within", 3,
            "namespace Mine.System { [Tree] public partial record R(Tensor A); static partial class Global { [OuterObjective] static Tensor Loss(R w, R h) => w.A; } }"
        },
        {
            "keywords", 3,
            "namespace @class { [Tree] public partial record @record(Tensor @this, int @int); static partial class @file { [InnerObjective] static Tensor "
                + "@void(@record w, @record @h, Tensor @out, string @in = \"\") => w.@this; } }"
        },
        {
            "parameters named like emitted locals", 1,
            "static partial class M { [InnerObjective] static Tensor Loss(Tensor data, Tensor w, Tensor h, Tensor value, int writer, Tensor reader, Tensor "
                + "prototype, Tensor Instance, Tensor _) => w; }"
        },
        {
            "members of a base under the names", 4,
            "public class B { public static int StepMap; public static int StepMapForm; } public partial class M : B { [FixedPointMap] public static Tensor "
                + "Step(Tensor w, Tensor h) => w; } [Tree] public partial record P(Tensor A); [Tree] public partial record Q(Tensor A, Tensor C) : P(A);"
        },
        {
            "a base with a private Tree", 2,
            "public record P { private int Tree => 1; public int Read() => Tree; } [Tree] public partial record Q(Tensor C) : P;"
        },

        // where methods stand
        { "a method of an interface", 1, "partial interface I { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; }" },
        { "a method of a struct", 1, "readonly partial struct S { [FixedPointMap] static Tensor Step(Tensor w, Tensor h, Tensor x) => w; }" },
        { "a method of a ref struct", 1, "ref partial struct S { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; }" },
        { "a method of a record struct", 1, "readonly partial record struct S(int N) { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; }" },
        { "a method of a tree", 3, "[Tree] public partial record W(Tensor A) { [FixedPointMap] internal static W Step(W w, Tensor h) => w; }" },
        {
            "a method of a nested class in everything", 1,
            "partial class A { partial struct B { partial record C { partial interface D { static unsafe partial class E { [FixedPointMap] static Tensor "
                + "Step(Tensor w, Tensor h) => w; } } } } }"
        },
        {
            "an extension method", 2,
            "static partial class M { [InnerObjective] public static Tensor Loss(this Tensor w, Tensor h) => w; [GradientOf(\"Loss\")] public static partial "
                + "Tensor Slope(this Tensor w, Tensor h); }"
        },
        {
            "a method beside overloads", 1,
            "partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; static Tensor Step(in Tensor w, Tensor h) => h; static T "
                + "Step<T>(T w, T h) => h; static Tensor Step(Tensor w, Tensor h, int n = 1) => h; static Tensor Step(object w, object h) => (Tensor)h; }"
        },
        {
            "a method of the highest priority", 1,
            "using System.Runtime.CompilerServices; partial class M { [FixedPointMap, OverloadResolutionPriority(1)] static Tensor Step(Tensor w, Tensor h) => w; "
                + "[OverloadResolutionPriority(-1)] static Tensor Step(object w, object h) => (Tensor)h; }"
        },
        {
            "a new method over a base's", 1,
            "class B { public static Tensor Step(Tensor w, Tensor h) => w; } partial class M : B { [FixedPointMap] public static new Tensor Step(Tensor w, "
                + "Tensor h) => w; }"
        },
        {
            "a method that returns by reference", 1,
            "partial class M { static readonly Tensor s = Tensor.Scalar(1); [FixedPointMap] static ref readonly Tensor Step(Tensor w, Tensor h) => ref s; }"
        },

        // records
        {
            "an overriding property", 2,
            "public abstract record B { public virtual Tensor A { get; init; } = Tensor.Scalar(1); } [Tree] public partial record D(Tensor C) : B { public "
                + "override Tensor A { get; init; } = Tensor.Scalar(2); }"
        },
        {
            "an overridden property that is passed on", 2,
            "public abstract record B { public virtual Tensor A { get; init; } = Tensor.Scalar(1); } [Tree] public partial record D(Tensor C) : B { public "
                + "override Tensor A { get => base.A; init => base.A = value; } }"
        },
        {
            "a positional property over a base's", 2,
            "public abstract record B(Tensor A) { public virtual Tensor X { get; init; } = A; } [Tree] public partial record D(Tensor A, Tensor X) : B(A) { "
                + "public override Tensor X { get; init; } = X; }"
        },
        {
            "required members", 2,
            "[Tree] public partial record R(Tensor A) { public required Tensor B { get; init; } public required int N; public required Tensor C { get; init; "
                + "} = Tensor.Scalar(0); }"
        },
        {
            "operators by reference", 2,
            "[Tree] public readonly partial record struct R(Tensor A) { public static R operator +(in R a, in R b) => a; public static R operator -(in R a, "
                + "in R b) => a; public static R operator *(in R a, double b) => a; public static R operator *(Tensor b, in R a) => a; public static R "
                + "operator *(in double b, R a) => a; }"
        },
        {
            "operators of one argument, and checked ones", 2,
            "[Tree] public partial record R(Tensor A) { public static R operator +(R a) => a; public static R operator -(in R a) => a; public static R "
                + "operator +(R a, R b) => a; public static R operator checked +(R a, R b) => a; public static R operator *(R a, R b) => a; public static R "
                + "operator *(R a, float b) => a; }"
        },
        {
            "operators of nullable values", 2,
            "[Tree] public partial record struct R(Tensor A) { public static R? operator +(R? a, R? b) => a; public static R operator *(double? a, R b) => b; }"
        },
        {
            "operators with other results", 2,
            "[Tree] public partial record R(Tensor A) { public static Tensor operator +(R a, R b) => a.A; public static int operator *(Tensor a, in R b) => 1; }"
        },
        { "a generic base", 2, "public record B<T> { public T? N { get; init; } } [Tree] public partial record D(Tensor A) : B<string>;" },
        {
            "two parts of a record", 2,
            "[Tree] public partial record D(Tensor A); public partial record D { public Tensor B { get; init; } = Tensor.Scalar(0); }"
        },

        // other structures
        {
            "a class with settable members", 2,
            "[Tree] public partial class C { public Tensor A { get; init; } = Tensor.Scalar(0); public required Tensor[] B { get; set; } internal int N; "
                + "private C? Next { get; set; } public double Unused => 1; public Tensor Sum() => A; }"
        },
        {
            "a sealed class and a struct", 3,
            "[Tree] public sealed partial class C { public Tensor A { get; set; } = Tensor.Scalar(0); } [Tree] public partial struct S { public Tensor A; "
                + "public C B { get; init; } }"
        },
        {
            "a record without parameters", 2,
            "[Tree] public partial record R { public required Tensor A { get; init; } public (Tensor, R?)? B { get; init; } }"
        },
        {
            "immutable arrays", 3,
            "[Tree] public partial record R(System.Collections.Immutable.ImmutableArray<Tensor> A, System.Collections.Immutable.ImmutableArray<(Tensor, "
                + "Tensor[])> B); static partial class M { [FixedPointMap] static R Step(R w, System.Collections.Immutable.ImmutableArray<Tensor> h) => w; }"
        },
        {
            "dictionaries", 3,
            "using System.Collections.Generic; using System.Collections.Immutable; [Tree] public partial record R(Dictionary<string, Tensor> A, "
                + "IReadOnlyDictionary<string, (Tensor, Tensor)> B, ImmutableDictionary<string, Tensor[]> C); static partial class M { [FixedPointMap] static "
                + "Dictionary<string, Tensor> Step(Dictionary<string, Tensor> w, R h, Dictionary<string, Tensor>? x = null) => w; }"
        },
        {
            "options", 3,
            "[Tree] public partial record R(Tensor? A, (Tensor, Tensor?)? B, R[]? C, Tensor?[] D, R? E); static partial class M { [InnerObjective] static "
                + "Tensor Loss(Tensor w, R h, [Batch] Tensor? x, (Tensor, R?)? y = null, int? n = null) => w; }"
        },
        {
            "tuples of seven", 2,
            "static partial class M { [FixedPointMap] static (Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor) Step((Tensor A, Tensor B, Tensor C, "
                + "Tensor D, Tensor E, Tensor F, Tensor G) w, Tensor h) => w; }"
        },
        {
            "static arguments of all kinds", 1,
            "static partial class M { enum K : byte { A } [InnerObjective] static Tensor Loss(Tensor w, Tensor h, byte a, sbyte b, short c, ushort d, int e, "
                + "uint f, long g, ulong i, char j, K? k, int? l, bool? m, string? n) => w; }"
        },

        // attributes
        {
            "an obsolete method", 1,
            "partial class M { [System.Obsolete(\"no\", true)] [FixedPointMap] static Tensor Step(Tensor w, Tensor h, Tensor x) => w; }"
        },
        {
            "an obsolete record", 3,
            "[System.Obsolete(\"no\", true)] [Tree] public partial record Old(Tensor A); [System.Obsolete(\"no\", true)] static partial class M { "
                + "[FixedPointMap] static Old[] Step(Old[] w, Tensor h) => w; }"
        },
        {
            "an obsolete record and method", 4,
            "[System.Obsolete(\"no\", true)] [Tree] public partial record Old(Tensor A); static partial class M { [System.Obsolete(\"no\", true)] "
                + "[OuterObjective] static Tensor Loss(Old w, Old h, Old x) => w.A; [System.Obsolete(\"no\", true)] [GradientOf(\"Loss\")] internal static "
                + "partial Old Slope(Old w, Old h, Old x); }"
        },
        {
            "an experimental method", 1,
            "partial class M { [System.Diagnostics.CodeAnalysis.Experimental(\"X1\")] [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; }"
        },
        {
            "an experimental record", 3,
            "[System.Diagnostics.CodeAnalysis.Experimental(\"X1\")] [Tree] public partial record New(Tensor A); static partial class M { "
                + "[System.Diagnostics.CodeAnalysis.Experimental(\"X1\")] [FixedPointMap] static New[] Step(New[] w, Tensor h) => w; }"
        },
        {
            "an experimental record, used all the same", 3,
            "#pragma warning disable X1\n[System.Diagnostics.CodeAnalysis.Experimental(\"X1\")] [Tree] public partial record New(Tensor A); static partial "
                + "class M { [FixedPointMap] static New Step(New w, Tensor h) => w; }"
        },
        {
            "an assembly that is CLS compliant", 4,
            "[assembly: System.CLSCompliant(true)] [Tree] public partial record R(Tensor A); public static partial class M { [System.CLSCompliant(false)] "
                + "[InnerObjective] public static Tensor Loss(R w, R h, R _x) => w.A; [System.CLSCompliant(false)] [GradientOf(\"Loss\")] public static "
                + "partial R Slope(R w, R h, R _x); }"
        },
        { "a lower-case class", 1, "#pragma warning disable CS8981\npartial class model { [FixedPointMap] static Tensor step(Tensor w, Tensor h) => w; }" },

        // parameters
        {
            "default values", 1,
            "partial class M { enum Kind { A, B = 7 } [FixedPointMap] static Tensor Step(Tensor w, Tensor h = null!, int n = 3, bool b = true, string s = "
                + "\"a\\\"\\n\", string? t = null, Kind k = Kind.B, Kind l = (Kind)(-9), "
                + "Kind? m = Kind.B, uint? u = 3, long z = long.MinValue, char c = '\\'', Tensor x = null!) => w; }"
        },
        {
            "discards and unicode", 2,
            "partial class M { [FixedPointMap] static (Tensor, Tensor @class) Step(Tensor w, Tensor λ, Tensor x\u0301, (Tensor @in, Tensor b)[] ζ) => (w, w); }"
        },
        {
            "attributes of parameters", 2,
            "partial class M { [InnerObjective] static Tensor Loss([System.Diagnostics.CodeAnalysis.NotNull] Tensor w, Tensor h, [Batch] Tensor x) => w; "
                + "[GradientOf(\"Loss\")] internal static partial Tensor Slope(Tensor w, Tensor h, Tensor x); }"
        },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Emission_OfLegalCode_CompilesWithoutAWord(string shape, int files, string source)
    {
        GeneratorRun run = GeneratorRun.Of(source);

        Program.AssertClean(run.After);
        Assert.Equal([], (await Analysis.Of(source)).Where(report => report.StartsWith("HD1", StringComparison.Ordinal)));
        Assert.True(files == run.Files.Count, $"{shape}: {files} files expected, there are {string.Join(", ", run.Files.Keys)}");
    }
}
