using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.OuterLoops;

/// <summary>A run that is stopped anywhere, saved, and resumed, ends with the same bits as one that was never stopped.</summary>
public sealed class ResumeTests : IDisposable
{
    public static TheoryData<string> Jobs { get; } = [.. LoopJobs.Names];

    private readonly string _folder = Directory.CreateTempSubdirectory("hyperdiff-loops-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Path(string name) => System.IO.Path.Combine(_folder, name);

    [Theory]
    [MemberData(nameof(Jobs))]
    public void ARun_StoppedAfterAnyStep_EndsWithTheSameBits(string name)
    {
        (OuterLoop<Tensor, Tensor> loop, Tensor start, Tensor hyper) = LoopJobs.Of(name);
        OuterRun<Tensor, Tensor> whole = loop.From(start, hyper);
        List<OuterStep<Tensor, Tensor>> steps = [.. whole];
        string path = Path("loop.npz");
        foreach (OuterStep<Tensor, Tensor> step in steps)
        {
            step.Save(path);
            OuterRun<Tensor, Tensor> resumed = loop.From(loop.Load(path, start, hyper));
            Assert.Equal(step.Number + 1, resumed.State.Steps);
            int next = step.Number;
            foreach (OuterStep<Tensor, Tensor> again in resumed)
            {
                OuterStep<Tensor, Tensor> expected = steps[++next];
                Assert.Equal(expected.Number, again.Number);
                Assert.Equal(Bits(expected.Hyper), Bits(again.Hyper));
                Assert.Equal(Bits(expected.State), Bits(again.State));
                Assert.Equal((expected.Value, expected.Record.GradientNorm, expected.Record.GradientError, expected.Record.Validation),
                    (again.Value, again.Record.GradientNorm, again.Record.GradientError, again.Record.Validation));
            }

            Same(whole.State, resumed.State, path);
        }
    }

    [Fact]
    public void ASavedRun_IsResumed_OrBegun()
    {
        string path = Path("job.npz");
        OuterLoop<Tensor, Tensor> loop = LoopJobs.Minibatches.SavedTo(path, every: 5);
        OuterRun<Tensor, Tensor> run = loop.Resume(LoopJobs.Start, LoopJobs.Penalties);
        for (int i = 0; i < 7; i++)
        {
            run.Step();
        }

        // the file is that of step 5
        OuterRun<Tensor, Tensor> resumed = loop.Resume(LoopJobs.Start, LoopJobs.Penalties);
        Assert.Equal(5, resumed.State.Steps);
        resumed.ToEnd();
        run.ToEnd();
        Same(run.State, resumed.State, Path("compared.npz"));

        // the end was saved too, and nothing is left to do; unless more is asked for
        Assert.Null(loop.Resume(LoopJobs.Start, LoopJobs.Penalties).ToEnd());
        Assert.Equal(12, loop.Until(Stop.AfterSteps(13)).Resume(LoopJobs.Start, LoopJobs.Penalties).ToEnd()!.Number);
    }

    [Fact]
    public void WhatEndedARun_EndsItAfterAResumption()
    {
        (Stop Stop, string Reason)[] stops =
        [
            (Stop.GradientBelow(0.05), "‖∇ℓ‖ ≤ 0.05"), (Stop.ValueBelow(0.5), "F ≤ 0.5"), (Stop.When(record => record.Step == 4, "step 4"), "step 4"),
            (Stop.AfterSteps(3) & Stop.ValueBelow(1), "4 steps were made, and F ≤ 1"), (Stop.AfterSteps(2) | Stop.ValueBelow(1e-9), "2 steps were made"),
            (Stop.AfterSteps(0), "0 steps were made"),
        ];
        foreach ((Stop stop, string reason) in stops)
        {
            OuterLoop<Tensor, Tensor> loop = LoopJobs.Deterministic.Until(stop | Stop.AfterSteps(60));
            OuterRun<Tensor, Tensor> run = loop.From(LoopJobs.Start, LoopJobs.Penalties);
            run.ToEnd();
            Assert.Equal(reason, run.StoppedBy);
            run.State.Save(Path("ended.npz"));

            Assert.Equal(reason, loop.From(loop.Load(Path("ended.npz"), LoopJobs.Start, LoopJobs.Penalties)).StoppedBy);
        }
    }

    [Fact]
    public void AFileOfAnotherJob_IsRefused_ByWhatDiffers()
    {
        string path = Path("loop.npz");
        LoopJobs.Deterministic.From(LoopJobs.Start, LoopJobs.Penalties).Step().Save(path);
        (string Words, Action Load)[] wrong =
        [
            ("Sgd", () => LoopJobs.Deterministic.With(Optimizer.Sgd(0.1)).Load(path, LoopJobs.Start, LoopJobs.Penalties)),
            ("Reverse", () => LoopJobs.Alternating.Load(path, LoopJobs.Start, LoopJobs.Penalties)),
            ("SOBA", () => LoopJobs.Single.Load(path, LoopJobs.Start, LoopJobs.Penalties)),
            ("float64 [4]", () => LoopJobs.Deterministic.Load(path, LoopJobs.Start, Tensor.Zeros([5]))),
            ("float32 [4]", () => LoopJobs.Deterministic.Load(path, Tensor.Zeros([4], DType.Float32), LoopJobs.Penalties)),
            ("Adam within Exp", () => LoopJobs.Deterministic.Within(Bijection.Exp).Load(path, LoopJobs.Start, Tensor.Ones([4]))),
            ("key", () => LoopJobs.Deterministic.Keyed(RandomKey.FromSeed(3)).Load(path, LoopJobs.Start, LoopJobs.Penalties)),
        ];
        foreach ((string words, Action load) in wrong)
        {
            string message = Assert.Throws<ArgumentException>(load).Message;
            Assert.True(message.Contains(words, StringComparison.Ordinal), $"'{words}' is not in: {message}");
            Assert.Contains(path, message, StringComparison.Ordinal);
        }

        // and so is a state in memory
        LoopState<Tensor, Tensor> state = LoopJobs.Deterministic.From(LoopJobs.Start, LoopJobs.Penalties).Step().Next;
        Assert.Contains("Adam, and this is Sgd",
            Assert.Throws<ArgumentException>("state", () => LoopJobs.Deterministic.With(Optimizer.Sgd(0.1)).From(state)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("state", () => LoopJobs.Deterministic.Keyed(RandomKey.FromSeed(3)).From(state));
        Assert.Throws<ArgumentException>("state", () => LoopJobs.Alternating.From(state));

        // another rate is another number of the same rule
        Assert.Equal(1, LoopJobs.Deterministic.With(Optimizer.Adam(0.01)).Load(path, LoopJobs.Start, LoopJobs.Penalties).Steps);
    }

    [Fact]
    public void ADamagedOrForeignFile_IsOneError()
    {
        string path = Path("loop.npz");
        LoopJobs.Deterministic.From(LoopJobs.Start, LoopJobs.Penalties).Step().Save(path);
        byte[] whole = File.ReadAllBytes(path);
        OuterLoop<Tensor, Tensor> loop = LoopJobs.Deterministic;
        long[] expected = Bits(loop.Load(path, LoopJobs.Start, LoopJobs.Penalties).Hyper);
        int refused = 0;
        for (int at = 0; at < whole.Length; at += 7)
        {
            byte[] damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            try
            {
                // bits that mean nothing may differ: a time, an attribute
                Assert.Equal(expected, Bits(loop.Load(path, LoopJobs.Start, LoopJobs.Penalties).Hyper));
            }
            catch (Exception exception) when (exception is InvalidDataException)
            {
                Assert.Contains(path, exception.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.True(refused > whole.Length / 7 / 2, $"{refused} of {whole.Length / 7} were refused");
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => loop.Load(path, LoopJobs.Start, LoopJobs.Penalties)).Message,
                StringComparison.Ordinal);
        }

        NumpyFile.WriteArchive(path, [new("w", Tensor.Zeros([2]))]);
        Assert.Contains("not a saved outer loop", Assert.Throws<InvalidDataException>(() => loop.Load(path, LoopJobs.Start, LoopJobs.Penalties)).Message,
            StringComparison.Ordinal);
        TreeFile.Save(path, LoopJobs.Start);
        Assert.Contains("a saved structure, not a saved outer loop",
            Assert.Throws<InvalidDataException>(() => loop.Load(path, LoopJobs.Start, LoopJobs.Penalties)).Message, StringComparison.Ordinal);
    }

    private static void Same(LoopState<Tensor, Tensor> expected, LoopState<Tensor, Tensor> actual, string path)
    {
        Assert.Equal(expected.Steps, actual.Steps);
        Assert.Equal(expected.StoppedBy, actual.StoppedBy);
        Assert.Equal(expected.Best!.Step, actual.Best!.Step);
        IReadOnlyDictionary<string, Tensor>[] files = [.. new[] { expected, actual }.Select(state =>
        {
            state.Save(path);
            return NumpyFile.ReadArchive(path);
        })];
        Assert.Equal(files[0].Keys.Order(), files[1].Keys.Order());
        foreach ((string name, Tensor array) in files[0].Where(entry => entry.Value.DType == DType.Float64 && entry.Key != "numbers"))
        {
            Assert.True(Bits(array).SequenceEqual(Bits(files[1][name])), $"{name}: {array} and {files[1][name]}");
        }
    }

    private static long[] Bits(Tensor tensor) => [.. tensor.ToArray<double>().Select(BitConverter.DoubleToInt64Bits)];
}
