using Hyperdiff.Generators.Tests.Harness;

namespace Hyperdiff.Generators.Tests.Analyzers;

public sealed class PurityAnalyzerTests
{
    // a map with this statement in its body
    private static string Step(string statement, string members = "") =>
        $$"""
        using System;
        using System.Collections.Generic;
        using System.Collections.Immutable;
        using System.Diagnostics;
        using System.IO;
        using System.Linq;
        using System.Threading.Tasks;

        [Tree] public sealed partial record Weights(Tensor W, Tensor[] Parts);

        public sealed class Box { public int Count; public Tensor[] Items = []; public int Size { get; set; } public void Grow() => Count++; }

        public static partial class Model
        {
            {{members}}

            [FixedPointMap] static Weights Step(Weights w, Tensor h, Tensor[] data, int n) { {{statement}}; return w; }
        }
        """;

    [Theory]
    [InlineData("_ = s_count", "HD2001 [s_count] Step reads the mutable static field Model.s_count; pass the value as a parameter, or make it readonly",
        "static int s_count;")]
    [InlineData("s_count = n", "HD2001 [s_count] Step writes the mutable static field Model.s_count; pass the value as a parameter, or make it readonly",
        "static int s_count;")]
    [InlineData("Count++", "HD2001 [Count] Step writes the mutable static property Model.Count; pass the value as a parameter, or make it readonly",
        "static int Count { get; set; }")]
    [InlineData(
        "_ = s_rates[0]",
        "HD2001 [s_rates] Step reads Model.s_rates, a static field whose contents can change; pass the value as a parameter, or hold it in a Tensor or an "
            + "immutable collection",
        "static readonly double[] s_rates = [1];")]
    [InlineData(
        "_ = Rates.Count",
        "HD2001 [Rates] Step reads Model.Rates, a static property whose contents can change; pass the value as a parameter, or hold it in a Tensor or an "
            + "immutable collection",
        "static List<double> Rates { get; } = [];")]
    [InlineData(
        "_ = s_box.Count",
        "HD2001 [s_box] Step reads Model.s_box, a static field whose contents can change; pass the value as a parameter, or hold it in a Tensor or an "
            + "immutable collection",
        "static readonly Box s_box = new();")]
    [InlineData(
        "_ = System.Globalization.CultureInfo.CurrentCulture",
        "HD2001 [System.Globalization.CultureInfo.CurrentCulture] Step reads the mutable static property CultureInfo.CurrentCulture; pass the value as a parameter")]
    [InlineData("Console.WriteLine(n)",
        "HD2002 [Console.WriteLine(n)] Step calls Console.WriteLine; load the data before, and pass them as a Tensor; write results after the solve")]
    [InlineData(
        "_ = File.ReadAllText(\"x\")",
        "HD2002 [File.ReadAllText(\"x\")] Step calls File.ReadAllText; load the data before, and pass them as a Tensor; write results after the solve")]
    [InlineData(
        "_ = new FileInfo(\"x\")",
        "HD2002 [new FileInfo(\"x\")] Step creates a FileInfo; load the data before, and pass them as a Tensor; write results after the solve")]
    [InlineData(
        "_ = Environment.GetEnvironmentVariable(\"x\")",
        "HD2002 [Environment.GetEnvironmentVariable(\"x\")] Step calls Environment.GetEnvironmentVariable; load the data before, and pass them as a Tensor; "
            + "write results after the solve")]
    [InlineData(
        "_ = new System.Net.Http.HttpClient()",
        "HD2002 [new System.Net.Http.HttpClient()] Step creates a HttpClient; load the data before, and pass them as a Tensor; write results after the solve")]
    [InlineData("_ = NumpyFile.Read(\"x\")",
        "HD2002 [NumpyFile.Read(\"x\")] Step calls NumpyFile.Read; load the data before, and pass them as a Tensor; write results after the solve")]
    [InlineData("_ = DateTime.Now", "HD2003 [DateTime.Now] Step reads DateTime.Now; pass the time as a parameter")]
    [InlineData("_ = DateTimeOffset.UtcNow.Hour", "HD2003 [DateTimeOffset.UtcNow] Step reads DateTimeOffset.UtcNow; pass the time as a parameter")]
    [InlineData("_ = Stopwatch.GetTimestamp()", "HD2003 [Stopwatch.GetTimestamp()] Step calls Stopwatch.GetTimestamp; pass the time as a parameter")]
    [InlineData("_ = Environment.TickCount64", "HD2003 [Environment.TickCount64] Step reads Environment.TickCount64; pass the time as a parameter")]
    [InlineData("_ = TimeProvider.System", "HD2003 [TimeProvider.System] Step reads TimeProvider.System; pass the time as a parameter")]
    [InlineData("_ = new Random(1)", "HD2004 [new Random(1)] Step creates a Random; take a RandomKey as a parameter, and draw from it")]
    [InlineData("_ = s_random.Next()", "HD2004 [s_random.Next()] Step calls Random.Next; take a RandomKey as a parameter, and draw from it",
        "static readonly Random s_random = new(1);")]
    [InlineData("_ = Guid.NewGuid()", "HD2004 [Guid.NewGuid()] Step calls Guid.NewGuid; take a RandomKey as a parameter, and draw from it")]
    [InlineData(
        "_ = System.Security.Cryptography.RandomNumberGenerator.GetInt32(5)",
        "HD2004 [System.Security.Cryptography.RandomNumberGenerator.GetInt32(5)] Step calls RandomNumberGenerator.GetInt32; take a RandomKey as a parameter, "
            + "and draw from it")]
    [InlineData("w.Parts[0] = h", "HD2005 [w.Parts[0]] Step writes to w.Parts[0], which it did not make; return the new value instead, or change a copy")]
    [InlineData("var alias = data; alias[0] = h",
        "HD2005 [alias[0]] Step writes to alias[0], which it did not make; return the new value instead, or change a copy")]
    [InlineData("data.AsSpan()[0] = h",
        "HD2005 [data.AsSpan()[0]] Step writes to data.AsSpan()[0], which it did not make; return the new value instead, or change a copy")]
    [InlineData("(data[0], data[1]) = (h, h)", "HD2005 [data[0]] *", "", 2)]
    [InlineData("Array.Reverse(data)",
        "HD2005 [Array.Reverse(data)] Step changes an array that it did not make: data; return the new value instead, or change a copy")]
    [InlineData("lock (data) { }", "HD2005 [data] Step locks data; a pure method shares nothing that needs a lock: remove it")]
    [InlineData(
        "Parallel.For(0, n, i => { })",
        "HD2005 [Parallel.For(0, n, i => { })] Step calls Parallel.For; a compiled plan uses the cores by itself; compute the value directly")]
    [InlineData("_ = Native()", "HD2002 [Native()] Step calls native code: Model.Native; what it does cannot be seen; call it before, and pass its result",
        NativeMethod)]
    public async Task Impurity_IsReportedAtTheExpression(string statement, string expected, string members = "", int count = 1)
    {
        string[] found = await Analysis.Of(Step(statement, members));

        Assert.Equal(count, found.Length);
        Assert.StartsWith(expected.TrimEnd('*'), found[0], StringComparison.Ordinal);
    }

    private const string NativeMethod = "[System.Runtime.InteropServices.DllImport(\"x\")] static extern int Native();";

    [Theory]
    [InlineData("var made = new Tensor[2]; made[0] = h; (made[0], made[1]) = (made[1], made[0]); Array.Reverse(made)")]
    [InlineData("var list = new List<Tensor> { h }; list.Add(h); list[0] = h; list.Sort()")]
    [InlineData("var copy = data.ToArray(); copy[0] = h; copy.AsSpan()[1] = h")]
    [InlineData("double[][] rows = new double[2][]; for (int i = 0; i < 2; i++) { rows[i] = new double[2]; rows[i][0] = i; }")]
    [InlineData("var box = new Box { Count = 1 }; box.Count++; box.Size = 2")]
    [InlineData("w = w with { W = h }; n++; data = [h]")]
    [InlineData("_ = RandomKey.FromSeed(n).Fold(n).Normal([2])")]
    [InlineData("int sum = 0; foreach (Tensor x in data) { sum += x.Rank; } Action add = () => sum++")]
    [InlineData("_ = s_rate + s_table.Length + (int)Kind.First + Math.PI + Environment.ProcessorCount + Environment.NewLine.Length", Constants)]
    [InlineData("_ = nameof(s_count) + nameof(DateTime.Now)", "static int s_count;")]
    [InlineData("_ = Path.Combine(\"a\", \"b\"); throw new IOException(\"x\")")]
    [InlineData("var span = new double[3].AsSpan(); span[0] = 1; span.Fill(2)")]
    [InlineData("_ = new DateTime(2020, 1, 1).AddDays(n)")]
    [InlineData("(Tensor a, Tensor b) = (h, h); (a, b) = (b, a); var pair = (a, b); pair.a = b")]
    public async Task PureCode_IsNotReported(string statement, string members = "") => Assert.Empty(await Analysis.Of(Step(statement, members)));

    private const string Constants =
        "const double Rate = 1; static readonly double s_rate = Rate; static readonly ImmutableArray<double> s_table = [1]; enum Kind { First } static "
            + "readonly IReadOnlyList<int> s_list = [1];";

    [Fact]
    public async Task Impurity_BehindCalls_IsReportedAtTheCallWithThePath()
    {
        string[] found = await Analysis.Of("""
            public static partial class Model
            {
                [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => Damp(w) + new Clock(h).Read;
                [InnerObjective] static Tensor Train(Tensor w, Tensor h) => Damp(w) * Step(w, h);

                private static Tensor Damp(Tensor w) => w * Factor();

                private static double Factor() => System.DateTime.Now.Hour;

                private static double Unused() => System.DateTime.Now.Hour;
            }

            public sealed class Clock(Tensor start)
            {
                private readonly double _now = System.DateTime.UtcNow.Hour;

                public Tensor Read => start * _now * System.Environment.TickCount;
            }
            """);

        Assert.Equal(
            [
                "HD2003 [Damp(w)] Step (by way of Damp → Factor) reads DateTime.Now; pass the time as a parameter",
                "HD2003 [new Clock(h)] Step (by way of new Clock) reads DateTime.UtcNow; pass the time as a parameter",
                "HD2003 [new Clock(h).Read] Step (by way of Read) reads Environment.TickCount; pass the time as a parameter",
                "HD2003 [Damp(w)] Train (by way of Damp → Factor) reads DateTime.Now; pass the time as a parameter",
            ],
            found);
    }

    [Fact]
    public async Task Impurity_OfAMethodOnAnObjectFromOutside_IsReported()
    {
        string[] found = await Analysis.Of(Step("Change(data); var box = new Box(); box.Grow()", "static void Change(Tensor[] x) => x[0] = x[1];"));

        Assert.Equal(
            [
                "HD2005 [Change(data)] Step (by way of Change) writes to x[0], which it did not make; return the new value instead, or change a copy",
            ],
            found);
    }

    [Fact]
    public async Task Impurity_InAMethodThatIsNotAnnotated_IsNoConcern() =>
        Assert.Empty(await Analysis.Of("class Free { static int s_count; void Run() => s_count++; }"));

    [Fact]
    public async Task Pragma_Suppresses() =>
        Assert.Empty(await Analysis.Of(Step("\n#pragma warning disable HD2003\n_ = DateTime.Now\n#pragma warning restore HD2003\n")));

    [Fact]
    public async Task DifferentiableFunction_IsJudgedItself_AndWhereItIsCalledIsNot()
    {
        string[] found = await Analysis.Of("""
            public static partial class Model
            {
                [Differentiable] static Tensor Energy(Tensor x) { System.Console.Write(1); return x; }

                [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => Energy(w) * h;
            }
            """);

        Assert.StartsWith("HD2002 [System.Console.Write(1)] Energy ", Assert.Single(found), StringComparison.Ordinal);
    }
}
