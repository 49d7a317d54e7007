using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CsvHelper;

namespace Hyperdiff.Reports.Tests;

/// <summary>Logs with a line per step: what stands in them, and how a resumed run goes on with them.</summary>
public sealed class LogTests
{
    public static TheoryData<string> Logs => ["csv", "jsonl"];

    [Fact]
    public void JsonLines_AreReadBack()
    {
        using TemporaryFolder folder = SampleRun.Folder();
        StepRecord[] run = SampleRun.Of(5);
        Write("jsonl", folder["a.jsonl"], run);

        Assert.Equal(run.Select(Json), JsonLinesLog.Read(folder["a.jsonl"]).Select(Json));
        Assert.Equal(5, File.ReadAllLines(folder["a.jsonl"]).Length);
    }

    [Fact]
    public void JsonLines_WithoutHyper_HaveNone()
    {
        using TemporaryFolder folder = SampleRun.Folder();
        using (var log = new JsonLinesLog(folder["a.jsonl"]) { WritesHyper = false })
        {
            log.Report(SampleRun.Of(1)[0]);
        }

        Assert.Empty(JsonLinesLog.Read(folder["a.jsonl"])[0].Hyper);
    }

    [Fact]
    public void Csv_HasAColumnPerNumber()
    {
        using TemporaryFolder folder = SampleRun.Folder();
        StepRecord[] run = SampleRun.Of(40);
        Write("csv", folder["a.csv"], run);

        using var reader = new CsvReader(File.OpenText(folder["a.csv"]), CultureInfo.InvariantCulture);
        reader.Read();
        reader.ReadHeader();
        Assert.Contains("Penalty.LogL2[2]", reader.HeaderRecord!);
        Assert.Contains("Penalty.Rate", reader.HeaderRecord!);
        Assert.Contains($"{SampleRun.HostileName}.median", reader.HeaderRecord!);
        foreach (StepRecord step in run)
        {
            Assert.True(reader.Read());
            Assert.Equal(step.Step, reader.GetField<int>("step"));
            Assert.Equal(step.Value, reader.GetField<double>("value"));
            Assert.Equal(step.Validation, reader.GetField<double?>("validation"));
            Assert.Equal($"{step.Outcome}", reader.GetField("outcome"));
            Assert.Equal(step.IsTrusted, reader.GetField<bool>("trusted"));
            Assert.Equal(step.Reports[0].Iterations, reader.GetField<int>("inner_iterations"));
            Assert.Equal(step.Reports[1].Residual, reader.GetField<double>("adjoint_residual"));
            Assert.Equal(step.Hyper[1].Value.ToArray<double>()[1], reader.GetField<double>("Penalty.LogL2[1]"));
        }

        Assert.False(reader.Read());
    }

    [Theory]
    [MemberData(nameof(Logs))]
    public void NumbersThatAreNone_AreWords(string kind)
    {
        using TemporaryFolder folder = SampleRun.Folder();
        Write(kind, folder["a"], [new StepRecord { Step = 0, Value = double.NaN, GradientNorm = double.PositiveInfinity }]);

        string text = File.ReadAllText(folder["a"]);
        Assert.Contains("NaN", text, StringComparison.Ordinal);
        Assert.Contains("Infinity", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(33)]
    [InlineData(5000)]
    public void Quantiles_AreThoseOfTheSortedNumbers(int count)
    {
        var random = new Random(count);
        double[][] all =
        [
            [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())], [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(3))],
            [.. Enumerable.Range(0, count).Select(i => (double)i)], [.. Enumerable.Range(0, count).Select(i => (double)Math.Min(i, count - i))],
            [.. Enumerable.Range(0, count).Select(i => (i % 2 == 0 ? 1 : -1) * (i % 5 == 0 ? double.PositiveInfinity : i))], new double[count],
        ];
        double[] shares = [0, 0.1, 0.25, 0.5, 0.75, 1];
        foreach (double[] numbers in all)
        {
            double[] sorted = [.. numbers.Order()], before = [.. numbers];

            Assert.Equal(shares.Select(share => Of(sorted, share)), LeafColumns.Quantiles(numbers, shares));
            Assert.Equal(before, numbers);
        }

        static double Of(double[] sorted, double share)
        {
            (double place, int below) = (share * (sorted.Length - 1), (int)(share * (sorted.Length - 1)));
            return place == below ? sorted[below] : (sorted[below] * (1 - (place - below))) + (sorted[below + 1] * (place - below));
        }
    }

    [Fact]
    public void Selection_PutsOneInItsPlace_AndNothingLargerBeforeIt()
    {
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            double[] numbers = [.. Enumerable.Range(0, 1 + random.Next(400)).Select(_ => (double)random.Next(50))];
            (int place, double[] sorted) = (random.Next(numbers.Length), [.. numbers.Order()]);
            Selection.Place(numbers, place);

            Assert.Equal(sorted[place], numbers[place]);
            Assert.All(numbers[..place], before => Assert.True(before <= numbers[place]));
            Assert.All(numbers[place..], after => Assert.True(after >= numbers[place]));
            Assert.Equal(sorted, numbers.Order());
        }
    }

    // killed at step 43, resumed from 40: steps 40 to 43 are made anew
    [Theory]
    [MemberData(nameof(Logs))]
    public void AResumedRun_GoesOn_WithoutAStepTwice(string kind)
    {
        using TemporaryFolder folder = SampleRun.Folder();
        StepRecord[] run = SampleRun.Of(60), again = SampleRun.Of(60, seed: 2);
        Write(kind, folder["whole"], [.. run[..40], .. again[40..]]);
        Write(kind, folder["resumed"], run[..44]);
        Write(kind, folder["resumed"], again[40..]);

        Assert.Equal(File.ReadAllBytes(folder["whole"]), File.ReadAllBytes(folder["resumed"]));
    }

    [Theory]
    [MemberData(nameof(Logs))]
    public void ARunFromTheStart_ReplacesTheOneBefore(string kind)
    {
        using TemporaryFolder folder = SampleRun.Folder();
        Write(kind, folder["fresh"], SampleRun.Of(3, seed: 2));
        Write(kind, folder["again"], SampleRun.Of(10));
        Write(kind, folder["again"], SampleRun.Of(3, seed: 2));

        Assert.Equal(File.ReadAllBytes(folder["fresh"]), File.ReadAllBytes(folder["again"]));
    }

    // SIGKILL may leave any prefix of what was written
    [Theory]
    [MemberData(nameof(Logs))]
    public void WhateverWasCutOff_TheRunGoesOn(string kind)
    {
        using TemporaryFolder folder = SampleRun.Folder();
        StepRecord[] run = SampleRun.Of(4);
        Write(kind, folder["whole"], run);
        byte[] whole = File.ReadAllBytes(folder["whole"]);
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(folder["cut"], whole[..length]);
            int steps = Math.Max(0, whole[..length].Count(value => value == '\n') - (kind == "csv" ? 1 : 0));
            Write(kind, folder["cut"], run[steps..]);

            Assert.Equal(whole, File.ReadAllBytes(folder["cut"]));
        }
    }

    [Theory]
    [MemberData(nameof(Logs))]
    public void AForeignFile_IsRefusedAndLeftAsItIs(string kind)
    {
        using TemporaryFolder folder = SampleRun.Folder();
        foreach (string content in (string[])["a,b\n1,2\n", "{\"steps\":1}\n", "no newline", "step\n", "\0\u0001"])
        {
            File.WriteAllText(folder["a"], content);
            var exception = Assert.Throws<InvalidDataException>(() => Open(kind, folder["a"]));

            Assert.Contains(folder["a"], exception.Message, StringComparison.Ordinal);
            Assert.Contains("choose another file", exception.Message, StringComparison.Ordinal);
            Assert.Equal(content, File.ReadAllText(folder["a"]));
        }
    }

    [Fact]
    public void OtherColumns_AreRefused()
    {
        using TemporaryFolder folder = SampleRun.Folder();
        Write("csv", folder["a.csv"], SampleRun.Of(5));
        byte[] before = File.ReadAllBytes(folder["a.csv"]);
        using (var log = new CsvLog(folder["a.csv"]))
        {
            Assert.Contains("other leaves", Assert.Throws<InvalidDataException>(() => log.Report(SampleRun.Of(6)[5] with { Hyper = [] })).Message,
                StringComparison.Ordinal);
        }

        Assert.Equal(before, File.ReadAllBytes(folder["a.csv"]));
    }

    [Theory]
    [MemberData(nameof(Logs))]
    public void AFullDisk_IsNamedWithTheStep(string kind)
    {
        Skip.IfNot(File.Exists("/dev/full"), "there is no /dev/full");
        IDisposable log = Open(kind, "/dev/full");
        var exception = Assert.Throws<IOException>(() => ((IProgress<StepRecord>)log).Report(SampleRun.Of(1)[0]));

        Assert.StartsWith("/dev/full: step 0 could not be written: No space left", exception.Message, StringComparison.Ordinal);

        // and nothing is tried again
        log.Dispose();
    }

    // within one process the later one goes on, as in a notebook whose cell is run again
    [SkippableTheory]
    [MemberData(nameof(Logs))]
    public void AFileThatAnotherProcessWrites_IsRefused(string kind)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "elsewhere the system refuses a second writer, or ranges cannot be locked");
        using TemporaryFolder folder = SampleRun.Folder();
        Write(kind, folder["a"], SampleRun.Of(3));
        byte[] before = File.ReadAllBytes(folder["a"]);
        using (Process other = Writer(kind, folder["a"]))
        {
            var exception = Assert.Throws<IOException>(() => Open(kind, folder["a"]));
            Assert.Equal($"{folder["a"]}: another process writes this log. Choose another file, or stop that process.", exception.Message);
            other.StandardInput.Close();
            other.WaitForExit();
        }

        Assert.Equal(before, File.ReadAllBytes(folder["a"]));
        Write(kind, folder["a"], SampleRun.Of(4)[3..]);
    }

    [Fact]
    public void ABadLine_IsNamed()
    {
        using TemporaryFolder folder = SampleRun.Folder();
        Write("jsonl", folder["a"], SampleRun.Of(2));
        File.AppendAllText(folder["a"], "{\"step\":2,\"value\":\"x\"}\n");

        Assert.Contains("line 3: StepRecord", Assert.Throws<InvalidDataException>(() => JsonLinesLog.Read(folder["a"])).Message, StringComparison.Ordinal);
    }

    // this assembly as a program, which holds a log open until its input ends
    private static Process Writer(string kind, string path)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(LogTests).Assembly.Location, kind, path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        Assert.Equal("open", process.StandardOutput.ReadLine());
        return process;
    }

    private static string Json(StepRecord record) => JsonSerializer.Serialize(record);

    private static void Write(string kind, string path, IEnumerable<StepRecord> run)
    {
        using IDisposable log = Open(kind, path);
        foreach (StepRecord step in run)
        {
            ((IProgress<StepRecord>)log).Report(step);
        }
    }

    internal static IDisposable Open(string kind, string path) => kind == "csv" ? new CsvLog(path) : new JsonLinesLog(path);
}
