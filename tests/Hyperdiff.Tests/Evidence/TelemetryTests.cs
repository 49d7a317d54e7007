using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Hyperdiff.Tests.Formalities;

namespace Hyperdiff.Tests.Evidence;

/// <summary>What listeners of the process are told: activities and metrics of steps, hypergradients and solves.</summary>
[Collection(nameof(Telemetry))]
public sealed class TelemetryTests
{
    private static readonly Tensor s_start = Tensor.Zeros([2]), s_hyper = Tensor.From([1.0, 3.0]);

    [Fact]
    public void AHypergradient_IsAnActivity_WithItsSolvesWithin()
    {
        using var heard = new Listener();
        var result = Hypergradient.Implicit().Compute(Problem(), s_start, s_hyper);
        Activity[] activities = heard.Activities();

        Assert.Equal(["hyperdiff.solve", "hyperdiff.solve", "hyperdiff.hypergradient"], activities.Select(activity => activity.OperationName));
        Activity whole = activities[2];
        Assert.All(activities[..2], solve => Assert.Equal(whole.SpanId, solve.ParentSpanId));
        Assert.Equal(["inner", "adjoint"], activities[..2].Select(solve => solve.GetTagItem("hyperdiff.solve.role")));
        Assert.Equal(
            result.Reports.Select(report => (report.Solver, report.Status.ToString(), report.Iterations, report.Products + report.TransposedProducts)),
            activities[..2].Select(solve => ((string)solve.GetTagItem("hyperdiff.solve.name")!, (string)solve.GetTagItem("hyperdiff.status")!,
                (int)solve.GetTagItem("hyperdiff.solve.iterations")!, (long)solve.GetTagItem("hyperdiff.solve.products")!)));
        Assert.Equal("Converged", whole.GetTagItem("hyperdiff.status"));
        Assert.Contains("over the minimum of", (string)whole.GetTagItem("hyperdiff.problem")!, StringComparison.Ordinal);
        Assert.Equal(ActivityStatusCode.Ok, whole.Status);
    }

    [Fact]
    public void Metrics_CountWhatReportsCount()
    {
        using var heard = new Listener();
        var result = Hypergradient.Implicit().Compute(Problem(), s_start, s_hyper);

        Assert.Equal(result.Reports.Sum(report => report.Iterations), heard.Sum("hyperdiff.solve.iterations"));
        Assert.Equal(result.Reports.Sum(report => report.Products + report.TransposedProducts), heard.Sum("hyperdiff.solve.products"));
        Assert.Equal(0, heard.Sum("hyperdiff.solve.failures"));
        Assert.Equal((2, 1), (heard.Count("hyperdiff.solve.duration"), heard.Count("hyperdiff.hypergradient.duration")));
    }

    [Fact]
    public void AFailure_IsAnError()
    {
        using var heard = new Listener();
        Hypergradient.Implicit().Compute(Problem(maxIterations: 0), s_start, s_hyper);
        Activity solve = heard.Activities()[0];

        Assert.Equal(("MaxIterations", ActivityStatusCode.Error), (solve.GetTagItem("hyperdiff.status"), solve.Status));
        Assert.NotNull(solve.StatusDescription);
        Assert.Equal(1, heard.Sum("hyperdiff.solve.failures"));
        Assert.Equal(ActivityStatusCode.Error, heard.Activities()[^1].Status);
    }

    [Fact]
    public void AnException_EndsWhatItEnds()
    {
        using var heard = new Listener();
        var outer = Objective.From((Tensor w, Tensor h) => w.MatMul(Tensor.Ones([3])));

        Assert.ThrowsAny<ArgumentException>(() => Hypergradient.Implicit().Compute(
            Bilevel.Problem(Inner().MinimizedBy(Minimizer.NewtonCg()), outer), s_start, s_hyper));
        Assert.Null(Activity.Current);
        Activity failed = heard.Activities().Single(activity => activity.OperationName == "hyperdiff.hypergradient");
        Assert.Equal((ActivityStatusCode.Error, typeof(ShapeMismatchException).FullName), (failed.Status, failed.GetTagItem("error.type")));
    }

    [Fact]
    public void AStep_HoldsItsHypergradient()
    {
        using var heard = new Listener();
        OuterLoop.Over(Problem(), Hypergradient.Implicit()).With(Optimizer.Sgd(0.1)).Until(Stop.AfterSteps(2)).From(s_start, s_hyper).ToEnd();
        Activity[] activities = heard.Activities();
        Activity[] steps = [.. activities.Where(activity => activity.OperationName == "hyperdiff.step")];

        Assert.Equal([0, 1], steps.Select(step => step.GetTagItem("hyperdiff.step")));
        Assert.Equal(["Taken", "Taken"], steps.Select(step => step.GetTagItem("hyperdiff.step.outcome")));
        Assert.Equal(steps.Select(step => step.SpanId),
            activities.Where(activity => activity.OperationName == "hyperdiff.hypergradient").Select(activity => activity.ParentSpanId));
        Assert.Equal(2, heard.Count("hyperdiff.step.duration"));
    }

    // a thousand looks at the flags, as a solve takes two
    [Fact]
    public void WithoutListeners_NothingIsAllocated()
    {
        Look();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Look();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Look()
        {
            for (int i = 0; i < 1000; i++)
            {
                Assert.False(Telemetry.IsSolveWatched || Telemetry.Hypergradient().IsWatched || Telemetry.Step(i).IsWatched);
            }
        }
    }

    [Fact]
    public void EveryName_IsOnThePage_AndTheOtherWayRound()
    {
        using var heard = new Listener();
        OuterLoop.Over(Problem(maxIterations: 0), Hypergradient.Implicit()).With(Optimizer.Sgd(0.1)).OnFailure(StepFailure.Skip())
            .Until(Stop.AfterSteps(1)).From(s_start, s_hyper).ToEnd();
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "observing.md"));
        string[] named = [.. Regex.Matches(page, @"`(hyperdiff\.[a-z_.]+|error\.type)`").Select(match => match.Groups[1].Value).Distinct()];
        string[] told = [.. heard.Activities().SelectMany(activity => activity.TagObjects.Select(tag => tag.Key).Append(activity.OperationName))
            .Concat(heard.Instruments).Append("error.type").Distinct()];

        Assert.Equal(told.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    private static Objective<Tensor, Tensor> Inner() => Objective.From((Tensor w, Tensor h) => (w - h).Square().Sum() + w.Square().Sum());

    private static BilevelProblem<Tensor, Tensor> Problem(int maxIterations = 100) => Bilevel.Problem(
        Inner().MinimizedBy(Minimizer.NewtonCg(maxIterations: maxIterations)), Objective.From((Tensor w, Tensor h) => (w - 1).Square().Sum()));

    /// <summary>Hears what this thread does.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly int _thread = Environment.CurrentManagedThreadId;
        private readonly ConcurrentQueue<Activity> _activities = [];
        private readonly ConcurrentQueue<(string Instrument, double Value)> _measured = [];
        private readonly ConcurrentQueue<string> _instruments = [];
        private readonly ActivityListener _listener;
        private readonly MeterListener _meters = new();

        public Listener()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == Telemetry.Name,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity => Keep(() => _activities.Enqueue(activity)),
            };
            ActivitySource.AddActivityListener(_listener);
            _meters.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == Telemetry.Name)
                {
                    _instruments.Enqueue(instrument.Name);
                    Assert.False(string.IsNullOrEmpty(instrument.Unit));
                    Assert.False(string.IsNullOrEmpty(instrument.Description));
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _meters.SetMeasurementEventCallback<double>((instrument, value, _, _) => Keep(() => _measured.Enqueue((instrument.Name, value))));
            _meters.SetMeasurementEventCallback<long>((instrument, value, _, _) => Keep(() => _measured.Enqueue((instrument.Name, value))));
            _meters.Start();
        }

        public IEnumerable<string> Instruments => _instruments;

        public Activity[] Activities() => [.. _activities];

        public double Sum(string instrument) => _measured.Where(item => item.Instrument == instrument).Sum(item => item.Value);

        public int Count(string instrument) => _measured.Count(item => item.Instrument == instrument);

        public void Dispose()
        {
            _listener.Dispose();
            _meters.Dispose();
        }

        // other tests run beside this one
        private void Keep(Action keep)
        {
            if (Environment.CurrentManagedThreadId == _thread)
            {
                keep();
            }
        }
    }
}

/// <summary>Tests that listen to the process run one after the other, and beside nothing else.</summary>
[CollectionDefinition(nameof(Telemetry), DisableParallelization = true)]
public sealed class TelemetryGroup;
