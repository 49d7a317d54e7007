using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperdiff.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hyperdiff.Reports.Tests;

/// <summary>A real loop under every watcher; what docs/observing.md shows.</summary>
public sealed class WatchedRunTests
{
    private static readonly Tensor s_start = Tensor.Zeros([3]), s_hyper = Tensor.From([1.0, -2.0, 0.5]);

    private static OuterLoop<Tensor, Tensor> Loop => OuterLoop.Over(Problem(), Hypergradient.Implicit()).With(Optimizer.Sgd(0.2));

    [Fact]
    public void ARun_IsWatchedByAll()
    {
        using TemporaryFolder folder = SampleRun.Folder();
        (string csvPath, string jsonPath, string boardPath, string htmlPath) = (folder["run.csv"], folder["run.jsonl"], folder["board"], folder["run.html"]);
        (OuterLoop<Tensor, Tensor> loop, Tensor w0, Tensor h0, ILogger logger) = (Loop, s_start, s_hyper, NullLogger.Instance);

        using (var bar = new ConsoleProgress(steps: 30))
        using (var csv = new CsvLog(csvPath))
        using (var lines = new JsonLinesLog(jsonPath))
        using (var board = new TensorBoardLog(boardPath))
        using (var report = new HtmlReport(htmlPath, "ridge"))
        {
            report.Attach("Check", Problem().Check(w0, h0).ToString());
            loop.Watched(bar, csv, lines, board, report, new StepLogger(logger)).Until(Stop.AfterSteps(30)).From(w0, h0).ToEnd();
        }

        IReadOnlyList<StepRecord> steps = JsonLinesLog.Read(jsonPath);
        Assert.Equal(Enumerable.Range(0, 30), steps.Select(step => step.Step));
        Assert.All(steps, step => Assert.True(step.IsTrusted));
        Assert.All(steps, step => Assert.Equal((1, 1), (SolveTotals.Inner(step).Solves, SolveTotals.Adjoint(step).Solves)));
        Assert.Equal(31, File.ReadAllLines(csvPath).Length);
        Assert.Equal(32, EventReader.Records(File.ReadAllBytes(Directory.EnumerateFiles(boardPath).Single())).Count);
        Assert.Contains("PASS", File.ReadAllText(htmlPath), StringComparison.Ordinal);
    }

    [Fact]
    public void TwoLogs_AreShownBesideEachOther()
    {
        using TemporaryFolder folder = SampleRun.Folder();
        (string slowPath, string fastPath, string bothPath) = (folder["slow.jsonl"], folder["fast.jsonl"], folder["both.html"]);
        foreach ((string path, double rate) in ((string, double)[])[(slowPath, 0.05), (fastPath, 0.3)])
        {
            using var lines = new JsonLinesLog(path);
            Loop.With(Optimizer.Sgd(rate)).Watched(lines).Until(Stop.AfterSteps(10)).From(s_start, s_hyper).ToEnd();
        }

        HtmlReport.Write(bothPath, "Rates", RunHistory.Of("0.05", JsonLinesLog.Read(slowPath)), RunHistory.Of("0.3", JsonLinesLog.Read(fastPath)));

        Assert.Contains("<h3>0.3</h3>", File.ReadAllText(bothPath), StringComparison.Ordinal);
    }

    // killed after step 7 of the log, and resumed from the file of step 5
    [Fact]
    public void AResumedRun_HasTheLogOfOneThatWasNeverStopped()
    {
        using TemporaryFolder folder = SampleRun.Folder();
        OuterLoop<Tensor, Tensor> loop = Loop.Until(Stop.AfterSteps(12));
        using (var lines = new JsonLinesLog(folder["whole"]))
        {
            loop.Watched(lines).From(s_start, s_hyper).ToEnd();
        }

        using (var lines = new JsonLinesLog(folder["resumed"]))
        {
            OuterRun<Tensor, Tensor> killed = loop.Watched(lines).SavedTo(folder["state"], every: 5).From(s_start, s_hyper);
            for (int i = 0; i < 8; i++)
            {
                killed.Step();
            }
        }

        using (var lines = new JsonLinesLog(folder["resumed"]))
        {
            loop.Watched(lines).SavedTo(folder["state"], every: 5).Resume(s_start, s_hyper).ToEnd();
        }

        Assert.Equal(Reproducible(folder["whole"]), Reproducible(folder["resumed"]));
    }

    // the least F and the best validation are at different steps, the highest validation at another than the lowest
    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 9)]
    public void TheBestStep_IsTheSameEverywhere(bool higherIsBetter, int expected)
    {
        using TemporaryFolder folder = SampleRun.Folder();
        double[] metrics = [0.5, double.NaN, 0.7, 0.9, 0.9, 0.2, 0.8, 0.6, 0.3, 0.1, 0.1, 0.4];
        int asked = 0;
        var written = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        OuterRun<Tensor, Tensor> run;
        using (var bar = new ConsoleProgress(12, ConsoleProgressTests.Redirected(written)) { Interval = TimeSpan.Zero })
        using (var csv = new CsvLog(folder["run.csv"]))
        using (var lines = new JsonLinesLog(folder["run.jsonl"]))
        using (var report = new HtmlReport(folder["run.html"], "ridge"))
        {
            run = Loop.Validating((_, _) => metrics[asked++], every: 1, higherIsBetter).Watched(bar, csv, lines, report).Until(Stop.AfterSteps(12))
                .From(s_start, s_hyper);
            run.ToEnd();
        }

        Assert.Equal(expected, run.State.Best!.Step);
        StepRecord best = JsonLinesLog.Read(folder["run.jsonl"]).Last(step => step.IsBest);
        Assert.Equal((expected, higherIsBetter), (best.Step, best.HigherIsBetter));
        string html = File.ReadAllText(folder["run.html"]), number = metrics[expected].ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains($"Best validation</th><td class=\"n\">{number} at step {expected}<", html, StringComparison.Ordinal);
        Assert.Contains($"Best step</th><td class=\"n\">{expected}<", html, StringComparison.Ordinal);
        Assert.EndsWith($"best {number} at step {expected}\n", written.ToString(), StringComparison.Ordinal);
        string[] rows = File.ReadAllLines(folder["run.csv"]);
        Assert.Equal(expected, Array.FindLastIndex(rows, row => row.Split(',')[7] == "true") - 1);
        Assert.Equal("best", rows[0].Split(',')[7]);
    }

    [Fact]
    public void AWatcherThatFails_DoesNotKeepTheStepFromBeingSaved()
    {
        using TemporaryFolder folder = SampleRun.Folder();
        OuterRun<Tensor, Tensor> run = Loop.Watched(new Failing()).SavedTo(folder["state"]).Until(Stop.AfterSteps(1)).From(s_start, s_hyper);

        Assert.Throws<IOException>(() => run.Step());
        Assert.Equal(1, Loop.Load(folder["state"], s_start, s_hyper).Steps);
    }

    [Fact]
    public void Results_AreJson()
    {
        var g = Hypergradient.Implicit().Compute(Problem(), s_start, s_hyper);

        string json = JsonSerializer.Serialize(g);
        Tensor gradient = JsonNode.Parse(json)!["gradient"]![0]!["value"].Deserialize<Tensor>()!;

        Assert.Equal(g.Gradient.ToArray<double>(), gradient.ToArray<double>());
    }

    // steps of an optimizer have no solver whose name begins with a role
    [Fact]
    public void StepsOfAnOptimizer_AreInnerIterations()
    {
        var steps = OuterLoop.Over(Bilevel.Problem(Inner.Unroll(Optimizer.Sgd(0.1)), Outer), Hypergradient.Reverse(20)).With(Optimizer.Sgd(0.2));
        StepRecord record = steps.From(s_start, s_hyper).Step().Record;

        Assert.Equal((1, 20L), (SolveTotals.Inner(record).Solves, SolveTotals.Inner(record).Iterations));
        Assert.Equal(0, SolveTotals.Adjoint(record).Solves);
        Assert.Contains("<b>inner</b>", ReportPage.Of("a", [RunHistory.Of("a", [record])]), StringComparison.Ordinal);
        Assert.DoesNotContain("<b>adjoint</b>", ReportPage.Of("a", [RunHistory.Of("a", [record])]), StringComparison.Ordinal);
    }

    private static Objective<Tensor, Tensor> Inner => Objective.From((Tensor w, Tensor h) => (w - 1).Square().Sum() + (h.Exp() * w.Square()).Sum());

    private static Objective<Tensor, Tensor> Outer => Objective.From((Tensor w, Tensor h) => (w - 0.7).Square().Sum());

    private static MinimizationProblem<Tensor, Tensor> Problem() => Bilevel.Problem(Inner.MinimizedBy(Minimizer.NewtonCg()), Outer);

    // all but wall time
    private static string[] Reproducible(string path) => [.. JsonLinesLog.Read(path).Select(step => JsonSerializer.Serialize(step with { Elapsed = default }))];

    private sealed class Failing : IProgress<StepRecord>
    {
        public void Report(StepRecord value) => throw new IOException("the disk is full");
    }
}
