using Hyperdiff.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Tests.Analyzers;

/// <summary>What cannot be seen has a diagnostic of its own, and three answers: a promise, an assumption, a narrower type.</summary>
public sealed class UnseenAnalyzerTests
{
    private static string Step(string body, string rest, string assembly = "") => $$"""
        {{assembly}}
        public static partial class Model
        {
            [FixedPointMap] static Tensor Step(Tensor w, Tensor h) { {{body}} return w; }
        }
        {{rest}}
        """;

    private const string UseRule = "Use(null!); static double Use(Rule r) => r.Of(1);";

    [Theory]
    [InlineData(UseRule, "public class Rule { public virtual double Of(double x) => x; }",
        "HD2008 [r.Of(1)] Step calls Rule.Of, which other assemblies may override; mark Of with [PureFunction], which is checked wherever it is implemented, or make "
            + "Rule internal or sealed")]
    [InlineData(UseRule, "public interface Rule { double Of(double x); }",
        "HD2008 [r.Of(1)] Step calls Rule.Of, which other assemblies may implement; mark Of with [PureFunction], which is checked wherever it is implemented, or make "
            + "Rule internal or sealed")]
    [InlineData("System.GC.Collect();", "",
        "HD2008 [System.GC.Collect()] Step calls GC.Collect, whose effects are not known; if it is pure, say so: "
            + "[assembly: AssumePure(typeof(GC), \"Collect\")]")]
    [InlineData("dynamic d = w; d.Foo();", "",
        "HD2008 [d.Foo()] Step calls d.Foo(), which is chosen when the program runs; give it its type instead of dynamic")]
    public async Task WhatCannotBeSeen_IsReportedWithTheAnswer(string body, string rest, string expected) =>
        Assert.Equal(expected, (await Analysis.Of(Step(body, rest)))[0]);

    [Theory]
    [InlineData(UseRule, "public class Rule { [PureFunction] public virtual double Of(double x) => x; }")]
    [InlineData(UseRule, "[PureFunction] public interface Rule { double Of(double x); }")]
    [InlineData(UseRule, "internal class Rule { public virtual double Of(double x) => x; }")]
    [InlineData(UseRule, "public class Rule { private protected Rule() { } public virtual double Of(double x) => x; }")]
    [InlineData(UseRule, "public class Rule { internal Rule() { } public virtual double Of(double x) => x; }")]
    [InlineData(UseRule,
        "public sealed class Rule : Root { public override double Of(double x) => x; } public abstract class Root { public abstract double Of(double x); }")]
    [InlineData("System.GC.Collect();", "", "[assembly: AssumePure(typeof(System.GC), nameof(System.GC.Collect))]")]
    [InlineData("_ = new System.Random(1);", "", "[assembly: AssumePure(typeof(System.Random), \"Random\")]")]
    [InlineData("_ = Mine.X();", "static class Mine { static int s_x; public static int X() => s_x; }", "[assembly: AssumePure(typeof(Mine), nameof(Mine.X))]")]
    public async Task WhatIsPromisedOrAssumed_IsTaken(string body, string rest, string assembly = "") =>
        Assert.Empty(await Analysis.Of(Step(body, rest, assembly)));

    [Theory]
    [InlineData("static class Mine { static int s_x; [PureFunction] public static int X() => s_x; }",
        "HD2001 [s_x] X reads the mutable static field Mine.s_x; pass the value as a parameter, or make it readonly")]
    [InlineData(
        "public interface IRule { [PureFunction] double Of(double x); } sealed class Loud : IRule { public double Of(double x) { System.Console.Write(x); return x; } }",
        "HD2002 [System.Console.Write(x)] Of calls Console.Write; load the data before, and pass them as a Tensor; write results after the solve")]
    [InlineData(
        "public interface IRule { [PureFunction] double Of(double x); } sealed class Loud : IRule { double IRule.Of(double x) { System.Console.Write(x); return x; } }",
        "HD2002 [System.Console.Write(x)] Of calls Console.Write; load the data before, and pass them as a Tensor; write results after the solve")]
    [InlineData(
        "public abstract class Rule { [PureFunction] public abstract double X { get; } } class Loud : Rule { int _n; public override double X => ++_n; }",
        "HD2005 [_n] X writes to _n, which it did not make; return the new value instead, or change a copy")]
    [InlineData("static class Mine { [PureFunction] public static void Set(double[] x) => x[0] = 1; }",
        "HD2005 [x[0]] Set writes to x[0], which it did not make; return the new value instead, or change a copy")]
    public async Task Promise_ThatIsNotKept_IsReportedAtTheImplementation(string source, string expected) =>
        Assert.Equal([expected], await Analysis.Of(source));

    [Fact]
    public async Task Promise_OfAnotherAssembly_IsReadFromMetadata()
    {
        const string library =
        "public static class Special { [PureFunction] public static double Known(double x) => x; public static double Unknown(double x) => x; }";
        string[] found = await Analysis.With(library, Step("w = w * Special.Known(1) * Special.Unknown(1);", ""));

        Assert.Equal(
            ["HD2008 [Special.Unknown(1)] Step calls Special.Unknown, whose effects are not known; if it is pure, say so: "
                + "[assembly: AssumePure(typeof(Special), \"Unknown\")]"],
            found);
    }

    [Fact]
    public async Task Cause_IsAFurtherLocation()
    {
        Diagnostic report = Assert.Single(await Analysis.Reports(Step("Say();", "",
            "using static Talk;") + "static class Talk { public static void Say() => System.Console.WriteLine(); }"));

        Assert.Equal("Say()", Text(report.Location));
        Assert.Equal("System.Console.WriteLine()", Text(Assert.Single(report.AdditionalLocations)));

        static string Text(Location location) => location.SourceTree!.GetText().ToString(location.SourceSpan);
    }

    [Theory]
    [InlineData("_ = new M() + new M();", "struct M { public static M operator +(M a, M b) { System.Console.Write(1); return a; } }", "operator +")]
    [InlineData("var m = new M(); m++;", "struct M { public static M operator ++(M a) { System.Console.Write(1); return a; } }", "operator ++")]
    [InlineData("double d = new M();", "struct M { public static implicit operator double(M a) { System.Console.Write(1); return 1; } }",
        "the conversion to double")]
    [InlineData("_ = M.X;", "static class M { public static readonly int X; static M() { System.Console.Write(1); X = 1; } }", "the static constructor of M")]
    [InlineData("M.F();", "static class M { static readonly System.Action s_f = () => System.Console.Write(1); public static void F() => s_f(); }",
        "F → the lambda")]
    [InlineData("_ = new M()[1];", "class M { public int this[int i] { get { System.Console.Write(1); return i; } } }", "this[]")]
    [InlineData("_ = new M().X;", "class M { public int X { get { System.Console.Write(1); return 1; } } }", "X")]
    [InlineData("_ = new M();", "class M { public M() { System.Console.Write(1); } }", "new M")]
    [InlineData("using var m = new M();", "class M : System.IDisposable { void System.IDisposable.Dispose() => System.Console.Write(1); }", "Dispose")]
    public async Task Way_IsNamedAsInCSharp(string body, string rest, string way) =>
        Assert.Contains($" Step (by way of {way}) ", Assert.Single(await Analysis.Of(Step(body, rest))), StringComparison.Ordinal);
}
