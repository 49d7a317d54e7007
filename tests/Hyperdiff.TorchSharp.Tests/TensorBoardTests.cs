using System.Buffers.Binary;
using Google.Protobuf;
using Hyperdiff.Reports;
using Tensorboard;

namespace Hyperdiff.TorchSharp.Tests;

/// <summary>Event files, read by the types that are made of TensorFlow's own <c>event.proto</c> and <c>summary.proto</c>. They need no libtorch.</summary>
public sealed class TensorBoardTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hyperdiff-events-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EveryField_IsWhatTheirDefinitionsCallIt()
    {
        double[] elements = [-1.5, 0, 2, 0.25, double.NaN];
        StepRecord[] run =
        [
            .. Enumerable.Range(0, 12).Select(k => new StepRecord
            {
                Step = k,
                Value = 1.0 / (k + 1),
                GradientNorm = 0.5 / (k + 1),
                GradientError = k % 2 == 0 ? 1e-3 : double.NaN,
                Validation = k % 5 == 0 ? 0.9 : null,
                Reports = [new SolveReport("inner, f", SolveStatus.Converged, 3 + k, 1e-9, 1e-8, 4, 0, 0.1)],
                Hyper = [new Leaf("Penalty.LogL2", Tensor.From(elements), false), new Leaf("Penalty.Rate ℓ", Tensor.Scalar(0.1 * k), false)],
            }),
            new StepRecord { Step = int.MaxValue, Value = double.NaN, GradientNorm = double.PositiveInfinity },
        ];
        using (var log = new TensorBoardLog(_folder, new FixedTime()))
        {
            Array.ForEach(run, log.Report);
        }

        Event[] events = [.. Records(File.ReadAllBytes(Directory.GetFiles(_folder).Single())).Select(record => Event.Parser.ParseFrom(record))];
        Assert.Equal(2 + run.Length, events.Length);
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.Equal(Event.WhatOneofCase.SessionLog, events[1].WhatCase);
        Assert.Equal((SessionLog.Types.SessionStatus.Start, 0L), (events[1].SessionLog.Status, events[1].Step));
        Assert.All(events, each => Assert.Equal(FixedTime.Seconds, each.WallTime));
        for (int k = 0; k < run.Length; k++)
        {
            Event each = events[2 + k];
            Assert.Equal((Event.WhatOneofCase.Summary, (long)run[k].Step), (each.WhatCase, each.Step));
            Dictionary<string, Summary.Types.Value> values = each.Summary.Value.ToDictionary(value => value.Tag);
            Assert.Equal((float)run[k].Value, values["loss/value"].SimpleValue);
            Assert.Equal((float)run[k].GradientNorm, values["gradient/norm"].SimpleValue);
            Assert.Equal(run[k].Validation is not null, values.ContainsKey("loss/validation"));
            Assert.Equal(run[k].Reports.Length > 0, values.ContainsKey("solves/inner_iterations"));
            Assert.Equal(run[k].Hyper.Length > 0, values.ContainsKey("hyper/Penalty.Rate ℓ"));
            if (values.TryGetValue("hyper/Penalty.LogL2", out Summary.Types.Value? spread))
            {
                HistogramProto histogram = spread.Histo;
                Assert.Equal((-1.5, 2, 4, 0.75, 6.3125), (histogram.Min, histogram.Max, histogram.Num, histogram.Sum, histogram.SumSquares));
                Assert.Equal(4, histogram.Bucket.Sum());
                Assert.Equal(histogram.Bucket.Count, histogram.BucketLimit.Count);
                Assert.Equal(2, histogram.BucketLimit[^1]);
            }

            Assert.Equal(k is 0 or 10, spread is not null);
        }

        // nothing that their definitions do not know
        MessageParser<Event> known = Event.Parser.WithDiscardUnknownFields(true);
        Assert.Equal(events, Records(File.ReadAllBytes(Directory.GetFiles(_folder).Single())).Select(record => known.ParseFrom(record)));
    }

    // lengths and check sums are looked at by the tests of the reports
    private static List<byte[]> Records(byte[] file)
    {
        var records = new List<byte[]>();
        for (int at = 0; at < file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at)));
            records.Add(file[(at + 12)..(at + 12 + length)]);
            at += length + 16;
        }

        return records;
    }

    private sealed class FixedTime : TimeProvider
    {
        public const double Seconds = 1_764_000_000.5;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(Seconds);
    }
}
