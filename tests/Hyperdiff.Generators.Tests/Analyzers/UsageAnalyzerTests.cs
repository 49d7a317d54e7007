using Hyperdiff.Generators.Tests.Harness;

namespace Hyperdiff.Generators.Tests.Analyzers;

public sealed class UsageAnalyzerTests
{
    public static TheoryData<string, string[]> Cases => new()
    {
        { "[Tree] public partial record Weights(Tensor W, Tensor[] V, (Tensor, int[]) X = default) { }",
            ["HD1007 [X] Weights.X has type (Tensor, int[]), which is not a structure of tensors: use Tensor for a value, an integer, bool, char, string or "
                + "an enum for a "
                + "static argument"] },
        { "[Tree] public record Weights(Tensor W);", ["HD1001 [Weights] Weights must be partial: members for [Tree] are generated into it"] },
        { "public class Outer { [Tree] public partial record Weights(Tensor W); }",
            ["HD1001 [Outer] Outer must be partial: members for [Tree] are generated into it"] },
        { "static class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; }",
            ["HD1001 [M] M must be partial: members for Step are generated into it"] },
        {
            "partial class M { [FixedPointMap] Tensor Step(Tensor w, Tensor h) => w; }",
            ["HD1002 [Step] Step must be an ordinary static method: a form closes over nothing, so what an instance holds must be a parameter"]
        },
        {
            "partial class M { static void Of() { [OuterObjective] static Tensor Test(Tensor w, Tensor h) => w; } }",
            ["HD1002 [Test] Test must be an ordinary static method: a form closes over nothing, so what an instance holds must be a parameter"]
        },
        {
            "partial class M { [FixedPointMap] static T Step<T>(T w, Tensor h) where T : ITree<T> => w; }",
            [
                "HD1003 [Step] Step must not be generic: its form is traced for one structure of parameters; write a method per structure",
                "HD1007 [w] Parameter w of Step has type T, which is not a structure of tensors: use Tensor, an array, a tuple, or a [Tree] "
                    + "type; integers, bool, char, string and enums are static arguments",
            ]
        },
        {
            "partial class M<T> { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; }",
            ["HD1003 [M] M must not be generic: its form is traced for one structure of parameters; write a method per structure"]
        },
        {
            "partial class M { [FixedPointMap] static (Tensor[], Tensor) Step(Tensor w, Tensor h) => default; }",
            ["HD1004 [Step] Step must return its state type Tensor, or over tensors a tuple that starts with it, and returns (Tensor[], Tensor)"]
        },
        {
            "partial class M { [FixedPointMap] static Tensor? Step(Tensor w, Tensor h) => w; }",
            ["HD1004 [Step] Step must return its state type Tensor, or over tensors a tuple that starts with it, and returns Tensor?"]
        },
        {
            "partial class M { [RootCondition] static (Tensor, Tensor) Balance(Tensor w, Tensor h) => default; }",
            ["HD1014 [Balance] Balance must return its state type Tensor, one number per unknown, and returns (Tensor, Tensor)"]
        },
        {
            "partial class M { static void Of() { [RootCondition] static Tensor Balance(Tensor w, Tensor h) => w; } }",
            ["HD1002 [Balance] Balance must be an ordinary static method: a form closes over nothing, so what an instance holds must be a parameter"]
        },
        {
            "partial class M { [InnerObjective] static float Train(Tensor w, Tensor h) => 1; }",
            ["HD1005 [Train] Train must return Tensor or double (a scalar), or over tensors a tuple that starts with it, and returns float"]
        },
        {
            "partial class M { [OuterObjective] static Tensor Test(Tensor w) => w; }",
            ["HD1006 [Test] Test needs at least two parameters, the state w and the hyperparameters λ, and has only w"]
        },
        {
            "partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h, float rate) => w; }",
            [
                "HD1007 [rate] Parameter rate of Step has type float, which is not a structure of tensors: "
                + "declare it as double, or as Tensor and pass Tensor.Scalar(value), because the value of a float would be compiled into the plan",
            ]
        },
        {
            "[Tree] public partial record Weights(Tensor? W, float[] V, System.Collections.Generic.List<Tensor> U, Plain P) { public float Rate { get; set; "
                + "} } public record Plain(Tensor X);",
            [
                "HD1007 [V] Weights.V has type float[], which is not a structure of tensors: "
                + "declare it as double, or as Tensor and pass Tensor.Scalar(value), because the value of a float would be compiled into the plan",
                "HD1007 [U] Weights.U has type List<Tensor>, which is not a structure of tensors: use an array, an ImmutableArray, a dictionary with string "
                    + "keys, a tuple, or a [Tree] type",
                "HD1007 [P] Weights.P has type Plain, which is not a structure of tensors: mark the record [Tree]",
                "HD1007 [Rate] Weights.Rate has type float, which is not a structure of tensors: "
                + "declare it as double, or as Tensor and pass Tensor.Scalar(value), because the value of a float would be compiled into the plan",
            ]
        },
        {
            "partial class M { [FixedPointMap] static (Tensor, long) Step(Tensor w, Tensor h) => (w, 1); }",
            ["HD1007 [Step] Auxiliary output 1 of Step has type long, which is not a structure of tensors: use Tensor for a value, an integer, bool, char, "
                + "string or an "
                + "enum for a static argument"]
        },
        {
            "partial class M { [GradientOf(\"Train\")] static partial Tensor Slope(Tensor w, Tensor h); }",
            ["HD1008 [Slope] Slope: M has no method Train marked [InnerObjective] or [OuterObjective]"]
        },
        {
            "partial class M { [InnerObjective] static Tensor Train(Tensor[] w, Tensor h) => h; [GradientOf(nameof(Train))] private static partial Tensor "
                + "Slope(Tensor[] w, Tensor h); }",
            ["HD1008 [Slope] Slope: it must return Tensor[], the first parameter's type of Train, and returns Tensor"]
        },
        {
            "partial class M { [InnerObjective] static Tensor Train(Tensor w, Tensor h) => h; [GradientOf(nameof(Train))] private static partial Tensor "
                + "Slope(Tensor w, Tensor h, Tensor x); }",
            ["HD1008 [Slope] Slope: it must have the parameters of Train: (Tensor, Tensor)"]
        },
        {
            "partial class M { [InnerObjective] static Tensor Train(Tensor w, Tensor h) => h; [GradientOf(nameof(Train))] private static partial Tensor "
                + "Slope(Tensor w, Tensor? h); }",
            ["HD1008 [Slope] Slope: it must have the parameters of Train: (Tensor, Tensor)"]
        },
        {
            "partial class M { [InnerObjective] static Tensor Train(Tensor w, Tensor h) => h; [GradientOf(nameof(Train))] static Tensor Slope(Tensor w, "
                + "Tensor h) => w; }",
            ["HD1008 [Slope] Slope: it must be a static partial method without body, and not generic; the generator implements it"]
        },
        { "[Tree] public partial class Weights { }",
            ["HD1009 [Weights] Weights is marked [Tree] and has no members that can be set: declare them as parameters of a primary constructor, or with init "
                + "or set"] },
        { "[Tree] public partial class Weights(Tensor w) { public Tensor W { get; set; } = w; }",
            ["HD1009 [Weights] Weights is marked [Tree] and cannot be rebuilt: declare a record with a primary constructor, or settable members and a "
                + "constructor without parameters"] },
        { "[Tree] public partial class Weights { public Weights() { } public Weights(int n) { N = n; } public int N { get; } public Tensor W { get; set; } = "
            + "Tensor.Scalar(0); }",
            ["HD1009 [Weights] Weights is marked [Tree] and holds N, which a constructor sets that rebuilding does not call: make it settable"] },
        { "[Tree] public partial record Weights(Tensor W) { public Weights(Tensor w, int n) : this(w) => (this.N, _m) = (n, n); public int N { get; } private "
            + "readonly int _m; }",
            ["HD1009 [Weights] Weights is marked [Tree] and holds N, which a constructor sets that rebuilding does not call: make it settable",
                "HD1009 [Weights] Weights is marked [Tree] and holds _m, which a constructor sets that rebuilding does not call: make it settable"] },
        { "partial class M { [FixedPointMap] static Tensor Step(Tensor? w, Tensor h) => h; }",
            ["HD1007 [w] Parameter w of Step has type Tensor?, which is not a structure of tensors: a problem has a state and hyperparameters; remove the "
                + "question mark"] },
        { "[Tree] public static partial class Weights { }",
            ["HD1009 [Weights] Weights is marked [Tree] and is static, and has no values: remove the attribute"] },
        { "[Tree] public ref partial struct Weights { public Tensor W; }",
            ["HD1009 [Weights] Weights is marked [Tree] and is a ref struct, which cannot be stored: declare a struct"] },
        { "[Tree] public partial record Weights<T>(Tensor W);", ["HD1009 [Weights] Weights is marked [Tree] and is generic: declare a type per structure"] },
        { "[Tree] public abstract partial record Weights(Tensor W);",
            ["HD1009 [Weights] Weights is marked [Tree] and is abstract, so that it cannot be rebuilt: mark the derived types instead"] },
        { "[Tree] public partial record Weights(Tensor Tree);",
            ["HD1009 [Weights] Weights is marked [Tree] and declares the name Tree, which is that of the generated property: rename it"] },
        {
            "public record Base(Tensor A) { private int _count; public int Next() => _count++; } [Tree] public partial record Weights(Tensor A) : Base(A);",
            ["HD1009 [Weights] Weights is marked [Tree] and holds _count, which its emitted part cannot name: make it accessible, or read-only"]
        },
        {
            "public interface INamed { int Id { get; set; } } [Tree] public partial record Weights(Tensor A) : INamed { int INamed.Id { get; set; } }",
            ["HD1009 [Weights] Weights is marked [Tree] and holds INamed.Id, which its emitted part cannot name: make it accessible, or read-only"]
        },
        {
            "partial class M { [Tree] private partial record Weights(Tensor W); }",
            ["HD1010 [Weights] Weights is marked [Tree] and is private to a type, so that its tree cannot be registered; make it internal or public"]
        },
        {
            "[Tree] file partial record Weights(Tensor W);",
            ["HD1015 [Weights] Weights is local to its file, and members for [Tree] are generated in another one; make it internal"]
        },
        {
            "file static partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; }",
            ["HD1015 [M] M is local to its file, and members for Step are generated in another one; make it internal"]
        },
        {
            "partial interface I { [FixedPointMap] static virtual Tensor Step(Tensor w, Tensor h) => w; }",
            [
                "HD1002 [Step] Step must be an ordinary static method: a form closes over nothing, so what an instance holds must be a parameter",
            ]
        },
        {
            "static partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h, __arglist) => w; }",
            ["HD1011 [Step] Parameter list of Step is marked __arglist; a pure function takes plain values: remove the modifier"]
        },
        {
            "partial class StepMap { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; }",
            ["HD1012 [Step] Step would generate StepMap, which is the name of the type itself; rename the method"]
        },
        {
            "using System.Runtime.CompilerServices; partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; "
                + "[OverloadResolutionPriority(1)] "
                + "static Tensor Step(object w, object h) => (Tensor)h; }",
            ["HD1012 [Step] Step would generate StepMap, which would call an overload of a higher priority; rename the method"]
        },
        {
            "public record B { public Tensor A { get; init; } = Tensor.Scalar(0); } [Tree] public partial record D(Tensor C) : B { public new Tensor A { get; "
                + "init; } = Tensor.Scalar(0); }",
            ["HD1009 [D] D is marked [Tree] and hides B.A, which is part of the value and could not be set: rename one of them"]
        },
        {
            "[Tree] public partial record D(Tensor C) { public required Tensor A { get => C; init => C = value; } }",
            ["HD1009 [D] D is marked [Tree] and requires A, which has no storage of its own: give it some, or do not require it"]
        },
        {
            "partial class M { [FixedPointMap] static Tensor Step(Tensor w, in Tensor h, params Tensor[] x) => w; }",
            [
                "HD1011 [h] Parameter h of Step is marked in; a pure function takes plain values: remove the modifier",
                "HD1011 [x] Parameter x of Step is marked params; a pure function takes plain values: remove the modifier",
            ]
        },
        {
            "partial class M { [InnerObjective] static Tensor Train(Tensor w, Tensor h) => w; [OuterObjective] static Tensor Train(Tensor w, Tensor h, Tensor x) => w; }",
            [
                "HD1012 [Train] Train would generate TrainObjective, which another annotated overload generates as well; rename the method",
                "HD1012 [Train] Train would generate TrainObjective, which another annotated overload generates as well; rename the method",
            ]
        },
        {
            "partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; static int StepMap => 1; }",
            ["HD1012 [Step] Step would generate StepMap, which the type declares already; rename the method"]
        },
        {
            "partial class M { [FixedPointMap] static Tensor[] Step(Tensor[] w, Tensor h) => w; [GradientOf(nameof(Step))] private static partial Tensor[] "
                + "Slope(Tensor[] w, Tensor h); }",
            ["HD1008 [Slope] Slope: it must have the parameters of Step, and the cotangent that is pulled back as the last one: (Tensor[], Tensor, Tensor[])"]
        },
        {
            "partial class M { [RootCondition] static Tensor Rest(Tensor w, Tensor h) => w; [GradientOf(nameof(Rest))] private static partial Tensor[] "
                + "Slope(Tensor w, Tensor h, Tensor v); }",
            ["HD1008 [Slope] Slope: it must return Tensor, the first parameter's type of Rest, and returns Tensor[]"]
        },
        {
            "partial class M { [Differentiable] static Tensor Energy(Tensor w, Tensor h) => w; [GradientOf(nameof(Energy))] private static partial Tensor "
                + "Slope(Tensor w, Tensor h); }",
            ["HD1008 [Slope] Slope: Energy is [Differentiable], and has its derivatives already: call EnergyFunction"]
        },
        {
            "partial class M { [InnerObjective] static Tensor Train(Tensor[] w, Tensor h) => h; [HessianProductOf(nameof(Train))] private static partial Tensor[] "
                + "Curve(Tensor[] w, Tensor h); }",
            ["HD1018 [Curve] Curve: it must have the parameters of Train, and the vector that the Hessian is multiplied by as the last one: (Tensor[], Tensor, "
                + "Tensor[])"]
        },
        {
            "partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; [HessianProductOf(nameof(Step))] private static partial Tensor "
                + "Curve(Tensor w, Tensor h, Tensor v); }",
            ["HD1018 [Curve] Curve: Step is a map, and only objectives have a Hessian"]
        },
        {
            "partial class M { [HessianProductOf(\"Train\")] private static partial Tensor Curve(Tensor w, Tensor h, Tensor v); }",
            ["HD1018 [Curve] Curve: M has no method Train marked [InnerObjective] or [OuterObjective]"]
        },
        {
            "partial class M { [Differentiable] static Tensor Grid(int n, string name) => Tensor.Scalar(n); }",
            ["HD1017 [Grid] Grid is marked [Differentiable], and no parameter of it is made of tensors; add one, or remove the attribute"]
        },
        { "partial class M { [Differentiable] static Tensor One() => Tensor.Scalar(1); }",
            ["HD1017 [One] One is marked [Differentiable], and no parameter of it is made of tensors; add one, or remove the attribute"] },
        {
            "partial class M { [Differentiable] static void Nothing(Tensor x) { } [Differentiable] static Tensor? Perhaps(Tensor x, object y) => null; "
                + "[Differentiable] "
                + "Tensor Mine(Tensor x) => x; [Differentiable] static Tensor? Maybe(Tensor x) => x; }",
            [
                "HD1007 [Nothing] The result of Nothing has type void, which is not a structure of tensors: use Tensor for a value, an integer, bool, char, "
                    + "string or an enum for a static argument",
                "HD1007 [Perhaps] The result of Perhaps has type Tensor?, which is not a structure of tensors: a function has a result; remove the question mark",
                "HD1007 [y] Parameter y of Perhaps has type object, which is not a structure of tensors: use Tensor for a value, an integer, bool, char, "
                    + "string or an enum for a static argument",
                "HD1002 [Mine] Mine must be an ordinary static method: a form closes over nothing, so what an instance holds must be a parameter",
                "HD1007 [Maybe] The result of Maybe has type Tensor?, which is not a structure of tensors: a function has a result; remove the question mark",
            ]
        },
        {
            "partial class M { [Differentiable] static Tensor Energy(Tensor x) => x; [Differentiable] static Tensor Energy(Tensor x, Tensor y) => x; static int "
                + "ForceFunction => 1; [Differentiable] static Tensor Force(Tensor x, ref Tensor y) => x; }",
            [
                "HD1012 [Energy] Energy would generate EnergyFunction, which another annotated overload generates as well; rename the method",
                "HD1012 [Energy] Energy would generate EnergyFunction, which another annotated overload generates as well; rename the method",
                "HD1012 [Force] Force would generate ForceFunction, which the type declares already; rename the method",
                "HD1011 [y] Parameter y of Force is marked ref; a pure function takes plain values: remove the modifier",
            ]
        },
        {
            "partial class M { [InnerObjective] static Tensor Train([Batch] Tensor w, [Batch] Tensor h, [Batch] Tensor x, [Batch] int n) => w; }",
            [
                "HD1013 [w] Parameter w of Train is marked [Batch], but the state is never sliced; remove the attribute",
                "HD1013 [h] Parameter h of Train is marked [Batch], but the hyperparameters are never sliced; remove the attribute",
                "HD1013 [n] Parameter n of Train is marked [Batch], but a static argument is never sliced; remove the attribute",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Misuse_IsReportedWithItsRemedyAndNothingElse(string source, string[] expected) => Assert.Equal(expected, await Analysis.Of(source));

    [Theory]
    [InlineData("[Tree] public partial record Weights(Tensor W); static partial class M { [FixedPointMap] static Weights Step(Weights w, Tensor h) => w; }")]
    [InlineData("partial class M { [FixedPointMap, InnerObjective] static Tensor Step(Tensor w, Tensor h) => w; static Tensor Step(Tensor w) => w; }")]
    [InlineData("partial class M { [InnerObjective] static Tensor F(Tensor w, Tensor h) => h; [GradientOf(nameof(F))] private static partial Tensor G(Tensor "
        + "w, Tensor h); }")]
    [InlineData(
        "partial class M { [InnerObjective] static Tensor F(Tensor w, Tensor h) => h; [GradientOf(nameof(F))] private static partial Tensor G(Tensor w, "
            + "Tensor h); "
        + "private static partial Tensor G(Tensor w, Tensor h) => w; }")]
    [InlineData("partial class M { [InnerObjective, Differentiable] static Tensor F(Tensor w, Tensor h, int n) => h * w; [HessianProductOf(nameof(F))] "
        + "private static "
        + "partial Tensor G(Tensor w, Tensor h, int n, Tensor v); }")]
    [InlineData("public interface IPair { } [Tree] public partial record struct Pair(Tensor A, string? B, System.DayOfWeek C) : IPair;")]
    public async Task RightUse_IsNotReported(string source) => Assert.Empty(await Analysis.Of(source));

    [Fact]
    public async Task Pragma_Suppresses()
    {
        string[] found = await Analysis.Of("""
            #pragma warning disable HD1009
            [Tree] public partial class First { }
            #pragma warning restore HD1009
            [Tree] public partial class Second { }
            """);

        Assert.StartsWith("HD1009 [Second]", Assert.Single(found), StringComparison.Ordinal);
    }
}
