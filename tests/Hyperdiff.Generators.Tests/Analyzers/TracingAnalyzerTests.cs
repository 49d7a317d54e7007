using Hyperdiff.Generators.Tests.Harness;

namespace Hyperdiff.Generators.Tests.Analyzers;

/// <summary>What transformations trace runs once: it may write nothing outside of itself, nor compute with numbers that it read; in any method.</summary>
public sealed class TracingAnalyzerTests
{
    private const string Remedy = "it runs once, while it is traced, not once per step or item: carry the value from step to step, or return it";

    // a method that is not annotated
    private static string Free(string body, string members = "") => $$"""
        using System;
        using System.Collections.Generic;
        using System.Linq;

        public sealed class Free
        {
            private double _k;
            private static double s_k;
            private readonly List<Tensor> _seen = [];
            {{members}}

            public Tensor Run(Tensor w, Tensor h, double[] given) { {{body}} }
        }
        """;

    [Theory]
    [InlineData("double k = 0; return Loop.Iterate(3, c => { k += 1; return c * h * k; }, w);",
        "HD2006 [k] Run writes k, a variable of the code around it; " + Remedy)]
    [InlineData("int k = 0; return Diff.Vmap((Tensor r) => { k++; return r * k; }, w);",
        "HD2006 [k] Run writes k, a variable of the code around it; " + Remedy)]
    [InlineData("double k = 0; return Diff.Grad((Tensor x) => { k = 2; return x * k; })(w);",
        "HD2006 [k] Run writes k, a variable of the code around it; " + Remedy)]
    [InlineData("double k = 0; return Loop.While(c => { k++; return c.Less(h); }, c => c * k, w, 9).Carry;", "HD2006 [k] Run writes k, *")]
    [InlineData("double k = 0; return Loop.Scan((Tensor c, Tensor x) => { k++; return (c * k, x); }, w, h).Carry;", "HD2006 [k] Run writes k, *")]
    [InlineData("double k = 0; return FixedPoint.Of(FixedPointMap.From((Tensor c, Tensor t) => { k++; return c * t * k; }), w, h);",
        "HD2006 [k] Run writes k, *")]
    [InlineData("double k = 0; return Diff.Checkpoint((Tensor c) => { k++; return c * k; })(w);", "HD2006 [k] Run writes k, *")]
    [InlineData("double k = 0; return Diff.CustomTangent((Tensor c) => c, (Tensor c, Tensor d) => { k++; return d * k; })(w);", "HD2006 [k] Run writes k, *")]
    [InlineData("double k = 0; Func<Tensor, Tensor> step = c => { k += 1; return c * k; }; return Loop.Iterate(3, step, w);", "HD2006 [k] Run writes k, *")]
    [InlineData("double k = 0; Tensor Next(Tensor c) { k += 1; return c * k; } return Loop.Iterate(3, Next, w);", "HD2006 [k] Run writes k, *")]
    [InlineData("double k = 0; void Up() => k++; return Loop.Iterate(3, c => { Up(); return c * k; }, w);", "HD2006 [k] Run writes k, *")]
    [InlineData("double k = 0; (k, double j) = (1, 2); return Loop.Iterate(3, c => { (k, j) = (j, k); return c * k; }, w);", "HD2006 [k] Run writes k, *", 2)]
    [InlineData("given[0] = 1; return Loop.Iterate(3, c => { given[0] *= 2; return c * given[0]; }, w);",
        "HD2006 [given[0]] Run writes to given[0], which it did not make; return the new value instead, or change a copy")]
    [InlineData("var own = new double[1]; return Loop.Iterate(3, c => { own[0]++; return c * own[0]; }, w);",
        "HD2006 [own[0]] Run writes to own[0], which the code around it made; " + Remedy)]
    [InlineData("var seen = new List<Tensor>(); return Loop.Iterate(3, c => { seen.Add(c); return c * seen.Count; }, w);",
        "HD2006 [seen.Add(c)] Run writes to seen.Add(c), which the code around it made; " + Remedy)]
    [InlineData("return Loop.Iterate(3, c => { _k++; return c * _k; }, w);", "HD2006 [_k] Run writes to _k, *")]
    [InlineData("return Loop.Iterate(3, c => { _seen.Add(c); return c; }, w);",
        "HD2006 [_seen.Add(c)] Run changes an object that it did not make: _seen.Add; *")]
    [InlineData("return Loop.Iterate(3, c => { s_k++; return c * s_k; }, w);", "HD2006 [s_k] Run writes the mutable static field Free.s_k; *")]
    [InlineData("return Loop.Iterate(3, Step, w);", "HD2006 [Loop.Iterate(3, Step, w)] Run (by way of Step) writes to _k, *", 1,
        "private Tensor Step(Tensor c) { _k++; return c * _k; }")]
    [InlineData("return Twice(c => { _k++; return c; }, w);", "HD2006 [_k] Run writes to _k, *", 1,
        "private static Tensor Twice(Func<Tensor, Tensor> f, Tensor x) => Loop.Iterate(2, f, x);")]
    public async Task WriteFromATracedFunction_IsReported(string body, string expected, int count = 1, string members = "")
    {
        string[] found = await Analysis.Of(Free(body, members));

        Assert.Equal(count, found.Length);
        Assert.StartsWith(expected.TrimEnd('*'), found[0], StringComparison.Ordinal);
    }

    /// <summary>What is traced of a promised function is kept, so that it is judged as an annotated method is; of another one it is not.</summary>
    [Theory]
    [InlineData("s_k * v", "HD2001 [s_k]")]
    [InlineData("v * DateTime.Now.Second", "HD2003 [DateTime.Now]")]
    [InlineData("v * new Random().NextDouble()", "HD2004 ")]
    [InlineData("Seen(v)", "HD2002 ")]
    public async Task FunctionThatIsPromisedToBePure_IsJudgedAsAnAnnotatedMethodIs(string body, string expected)
    {
        const string Members = "private static Tensor Seen(Tensor x) { Console.WriteLine(x.Rank); return x; } public static void Set(double k) => s_k = k;";
        string[] kept =
        [
            $"FixedPointMap.OfPure((Tensor v, Tensor l) => {body}).Evaluate(w, h)",
            $"FixedPointMap.OfData((Tensor d, Tensor v, Tensor l) => {body}).Bind(h).Evaluate(w, h)",
            $"Objective.OfData((Tensor d, Tensor v, Tensor l) => ({body}).Sum()).Bind(h).Evaluate(w, h)",
            $"RootCondition.OfPure((Tensor v, Tensor l) => {body}).Evaluate(w, h)",
            $"DifferentiableFunction.OfPure((Tensor v) => {body}).Evaluate(w)",
        ];
        foreach (string function in kept)
        {
            string[] found = await Analysis.Of(Free($"return {function};", Members));
            Assert.NotEmpty(found);
            Assert.All(found, one => Assert.StartsWith(expected, one, StringComparison.Ordinal));
        }

        Assert.Empty(await Analysis.Of(Free($"return FixedPointMap.From((Tensor v, Tensor l) => {body}).Evaluate(w, h);", Members)));
    }

    [Theory]
    [InlineData("return Loop.Iterate(3, c => { double k = 0; k += 1; var own = new double[1]; own[0] = k; return c * own[0]; }, w);")]
    [InlineData("double k = 0; k += 1; Tensor x = Loop.Iterate(3, c => c * k, w); k += 1; return x * k;")]
    [InlineData("Tensor x = w; for (int i = 0; i < 3; i++) { double k = i; k++; x = Loop.Iterate(3, c => c * k, x); } return x;")]
    [InlineData("double k = 0; new List<int> { 1, 2 }.ForEach(i => k += i); return w * k;")]
    [InlineData("double k = 0; Func<double> next = () => ++k; next(); return w * next();")]
    [InlineData("Tensor last = w; Tensor[] all = Enumerable.Range(0, 3).Select(i => last = last * h).ToArray(); return all[2];")]
    [InlineData("return Loop.Iterate(3, c => { double s = 0; void Add(double x) => s += x; Add(1); return c * s; }, w);")]
    [InlineData("return Loop.Iterate(3, c => { double s = 0; Func<Tensor, Tensor> f = d => { double t = s; t++; return d * t; }; return f(c); }, w);")]
    [InlineData("Console.WriteLine(1); s_k++; _k++; return Loop.Iterate(3, c => { Console.WriteLine(2); return c * _k * s_k; }, w);")]
    [InlineData("int calls = 0; return Argmin.Of(Objective.From((Tensor x, Tensor t) => (x * t).Square().Sum()), w, h) * ++calls;")]
    [InlineData("double k = 1; var f = Diff.Grad((Tensor x) => x * k); Tensor one = f(w); k = 2; return one + f(w);")]
    public async Task TracedFunction_ThatWritesOnlyItsOwn_IsNotReported(string body) => Assert.Empty(await Analysis.Of(Free(body)));

    [Theory]
    [InlineData("return Diff.Grad((Tensor x) => x * x.ToScalar(), w);", "x.ToScalar()")]
    [InlineData("return Diff.Grad((Tensor x) => x * Tensor.From(x.ToArray<double>()), w);", "x.ToArray<double>()")]
    [InlineData("return Diff.Grad((Tensor x) => Tensor.Scalar(Math.Exp(x.ToScalar())) * h, w);", "x.ToScalar()")]
    [InlineData("return Diff.Grad((Tensor x) => { double k = 1; if (x.Rank == 0) k = x.Sum().ToScalar(); return x * k; }, w);", "x.Sum().ToScalar()")]
    [InlineData("return Diff.Grad((Tensor x) => { (double a, int b) t = (x.ToScalar(), 1); return x * t.a; }, w);", "x.ToScalar()")]
    [InlineData("return Diff.Grad((Tensor x) => { var l = new List<double> { x.ToScalar() }; return x * l.Sum(); }, w);", "x.ToScalar()")]
    public async Task Number_ThatWasRead_IsReportedWhereItIsRead(string body, string place) => Assert.Equal(
        [place], (await Analysis.Of(Free(body))).Where(report => report.StartsWith("HD2007", StringComparison.Ordinal)).Select(report =>
            report[8..report.IndexOf("] Run", StringComparison.Ordinal)]));

    [Theory]
    [InlineData("double k = w.ToScalar(); return Diff.Grad((Tensor x) => x * k, h);")]
    [InlineData("return Diff.Grad((Tensor x) => x.ToScalar() > 0 ? x : x * 2, w);")]
    [InlineData("return Diff.Grad((Tensor x) => x * x.Count * x.Shape[0], w);")]
    [InlineData("return Diff.Grad((Tensor x) => { int n = (int)x.ToScalar(); for (int i = 0; i < n; i++) x = x * 2; return x[0]; }, w);")]
    [InlineData("return Diff.Grad((Tensor x) => x * x.StopGradient().ToScalar(), w);")]
    [InlineData("return Diff.Grad((Tensor x) => x.IsTrue ? x : throw new InvalidOperationException($\"{x.ToScalar()}\"), w);")]
    [InlineData("Tensor g = Diff.Grad((Tensor x) => x.Square().Sum(), w); return w * g.ToScalar();")]
    public async Task Number_ThatChoosesOrIsConstant_IsNotReported(string body) => Assert.Empty(await Analysis.Of(Free(body)));

    [Fact]
    public async Task Pragma_Suppresses() => Assert.Empty(await Analysis.Of(Free(
        "double k = 0;\n#pragma warning disable HD2006, HD2007\nreturn Loop.Iterate(3, c => { k += 1; return c * k * c.ToScalar(); }, w);\n#pragma warning restore\n")));

    // the handlers around a lambda are not among its own blocks
    [Theory]
    [InlineData("foreach (double g in new List<double>(given)) { w = Loop.Iterate(3, c => c * h * g, w); } return w;")]
    [InlineData("try { return Loop.Iterate(3, c => c * h, w); } catch (ArithmeticException) when (given.Any(g => g > 1)) "
        + "{ return Diff.Grad((Tensor x) => x * h)(w); } finally { _k = given.Sum(g => g + 1); }")]
    [InlineData("using var seen = _seen.Select(s => s * h).GetEnumerator(); return Loop.Iterate(3, c => c * h, w);")]
    [InlineData("lock (_seen) { Tensor Next(Tensor c) => c * h; return Loop.Iterate(3, Next, w); }")]
    public async Task TracedFunctionWithinATry_IsLookedAt(string body) => Assert.Empty(await Analysis.Of(Free(body)));

    [Fact]
    public async Task WriteFromATracedFunctionWithinATry_IsReported()
    {
        string[] found = await Analysis.Of(Free(
            "double k = 0; foreach (double g in new List<double>(given)) { w = Loop.Iterate(3, c => { k += g; return c * k; }, w); } return w;"));

        Assert.Equal("HD2006 [k] Run writes k, a variable of the code around it; " + Remedy, Assert.Single(found));
    }
}
