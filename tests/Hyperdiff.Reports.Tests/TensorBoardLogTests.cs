using System.Text;

namespace Hyperdiff.Reports.Tests;

/// <summary>Event files, read by a reader of their own definition.</summary>
public sealed class TensorBoardLogTests
{
    // RFC 3720, B.4, and the usual check value
    [Fact]
    public void TheReadersCheckSum_IsThatOfTheDefinition()
    {
        Assert.Equal(0xE3069283u, EventReader.Crc32C(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0x8A9136AAu, EventReader.Crc32C(new byte[32]));
    }

    [Fact]
    public void ARun_IsEventsWithScalarsAndHistograms()
    {
        using TemporaryFolder folder = SampleRun.Folder();
        StepRecord[] run = SampleRun.Of(12);
        var time = new FixedTime(DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000.5));
        ILookup<int, object>[] events = Events(Write(folder["run"], run, time));

        Assert.Equal("brain.Event:2", EventReader.Text(events[0][3].Single()));
        Assert.Equal(1L, EventReader.Fields((byte[])events[1][7].Single())[1].Single());
        Assert.Equal(2 + run.Length, events.Length);
        Assert.All(events, item => Assert.Equal(1_700_000_000.5, item[1].Single()));
        for (int k = 0; k < run.Length; k++)
        {
            Assert.Equal((long)k, events[2 + k][2].Single());
            Dictionary<string, ILookup<int, object>> values = EventReader.Fields((byte[])events[2 + k][5].Single())[1]
                .Select(value => EventReader.Fields((byte[])value)).ToDictionary(value => EventReader.Text(value[1].Single()));

            Assert.Equal((float)run[k].Value, values["loss/value"][2].Single());
            Assert.Equal((float)run[k].GradientNorm, values["gradient/norm"][2].Single());
            Assert.Equal((float)run[k].Reports[0].Iterations, values["solves/inner_iterations"][2].Single());
            Assert.Equal((float)run[k].Reports[1].Residual, values["solves/adjoint_residual"][2].Single());
            Assert.Equal(1f, values["solves/trusted"][2].Single());
            Assert.Equal((float)run[k].Hyper[2].Value.ToScalar(), values["hyper/Penalty.Rate"][2].Single());
            Assert.Equal(run[k].Validation is not null, values.ContainsKey("loss/validation"));
            Assert.Equal(!double.IsNaN(run[k].GradientError), values.ContainsKey("gradient/error"));
            Assert.Equal(k % 10 == 0, values.ContainsKey($"hyper/{SampleRun.HostileName}"));
            if (k % 10 == 0)
            {
                CheckHistogram(EventReader.Fields((byte[])values["hyper/Penalty.LogL2"][5].Single()), run[k].Hyper[1].Value.ToArray<double>());
            }
        }
    }

    [Fact]
    public void AResumedRun_WritesAFileOfItsOwn_ThatEndsTheOnesBefore()
    {
        using TemporaryFolder folder = SampleRun.Folder();
        var time = new FixedTime(DateTimeOffset.UnixEpoch.AddSeconds(2));
        StepRecord[] run = SampleRun.Of(8);
        string first = Write(folder["run"], run[..6], time), second = Write(folder["run"], run[4..], time);

        Assert.NotEqual(first, second);
        Assert.True(string.CompareOrdinal(first, second) < 0);
        Assert.Equal(8, Events(first).Length);
        ILookup<int, object> start = Events(second)[1];
        Assert.Equal((4L, 1L), ((long)start[2].Single(), (long)EventReader.Fields((byte[])start[7].Single())[1].Single()));
    }

    [Fact]
    public void HistogramsOfAnything_CountAllThatIsFinite()
    {
        foreach (double[] elements in (double[][])[[1, 1, 1], [-1e308, 1e308, 0], [double.NaN, 2, double.PositiveInfinity, 3], [0, 5e-324]])
        {
            CheckHistogram(EventReader.Fields(Histogram.Of(elements)!.ToArray()), [.. elements.Where(double.IsFinite)]);
        }

        Assert.Null(Histogram.Of([double.NaN]));
        Assert.Null(Histogram.Of([]));
    }

    [Fact]
    public void NumbersThatAreNone_AreWritten()
    {
        using TemporaryFolder folder = SampleRun.Folder();
        string file = Write(folder["run"], [new StepRecord { Step = int.MaxValue, Value = double.NaN, GradientNorm = 1e300 }], TimeProvider.System);

        Assert.Equal((long)int.MaxValue, Events(file)[2][2].Single());
    }

    private static void CheckHistogram(ILookup<int, object> histogram, double[] elements)
    {
        (double[] limits, double[] counts) = (EventReader.Doubles(histogram[6].Single()), EventReader.Doubles(histogram[7].Single()));

        Assert.Equal(elements.Min(), histogram[1].Single());
        Assert.Equal(elements.Max(), histogram[2].Single());
        Assert.Equal((double)elements.Length, histogram[3].Single());
        Assert.Equal(limits.Length, counts.Length);
        Assert.Equal(limits.Order(), limits);
        Assert.Equal(elements.Length, counts.Sum());
        double below = 0;
        for (int i = 0; i < limits.Length; i++)
        {
            below += counts[i];
            Assert.Equal(elements.Count(element => element <= limits[i]), below);
        }
    }

    private static string Write(string folder, IEnumerable<StepRecord> run, TimeProvider time)
    {
        using var log = new TensorBoardLog(folder, time);
        foreach (StepRecord step in run)
        {
            log.Report(step);
        }

        return log.Path;
    }

    private static ILookup<int, object>[] Events(string path) => [.. EventReader.Records(File.ReadAllBytes(path)).Select(EventReader.Fields)];

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
