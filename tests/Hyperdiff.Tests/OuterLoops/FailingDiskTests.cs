using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.OuterLoops;

/// <summary>Wherever writing fails, the old file is there, whole, or the new one is; and nothing else is left behind.</summary>
public sealed class FailingDiskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hyperdiff-disk-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AFault_AtEachWriteFlushAndRename_LeavesTheOldFileOrTheNewOne()
    {
        string path = Path.Combine(_folder, "loop.npz");
        OuterLoop<Tensor, Tensor> loop = LoopJobs.Minibatches;
        OuterRun<Tensor, Tensor> run = loop.From(LoopJobs.Start, LoopJobs.Penalties);
        run.Step().Save(path);
        LoopState<Tensor, Tensor> next = run.Step().Next;
        var counted = new FailingDisk(int.MaxValue);
        next.Save(path, counted);
        Assert.True(counted.Calls > 10, $"{counted.Calls}");
        for (int fault = 0; fault < counted.Calls; fault++)
        {
            File.Delete(path);
            loop.From(LoopJobs.Start, LoopJobs.Penalties).Step().Save(path);
            var disk = new FailingDisk(fault);
            Assert.StartsWith($"{path}: it cannot be written, and stays as it was: ", Assert.Throws<IOException>(() => next.Save(path, disk)).Message,
                StringComparison.Ordinal);

            Assert.Equal(1, loop.Load(path, LoopJobs.Start, LoopJobs.Penalties).Steps);
            Assert.Equal([path], Directory.GetFiles(_folder));
        }

        next.Save(path, new FailingDisk(counted.Calls));
        Assert.Equal(2, loop.Load(path, LoopJobs.Start, LoopJobs.Penalties).Steps);
    }

    [Fact]
    public void WhatAKilledWriterLeft_IsCleared_AndNothingElse()
    {
        string path = Path.Combine(_folder, "loop.npz"), left = $"{path}.{Guid.NewGuid():N}.tmp", other = $"{path}.mine.tmp";
        File.WriteAllText(left, "half");
        File.WriteAllText(other, "mine");
        LoopJobs.Deterministic.SavedTo(path).From(LoopJobs.Start, LoopJobs.Penalties);

        Assert.Equal([other], Directory.GetFiles(_folder));
    }

    private sealed class FailingDisk(int fault) : Disk
    {
        public int Calls { get; private set; }

        public override Stream Create(string path)
        {
            Count();
            return new FailingStream(base.Create(path), this);
        }

        public override void Flush(Stream stream)
        {
            Count();
            base.Flush(stream);
        }

        public override void Replace(string from, string to)
        {
            Count();
            base.Replace(from, to);
        }

        private void Count()
        {
            if (Calls++ == fault)
            {
                throw new IOException("No space left on device");
            }
        }

        private sealed class FailingStream(Stream inner, FailingDisk disk) : Stream
        {
            public override bool CanRead => false;

            public override bool CanSeek => inner.CanSeek;

            public override bool CanWrite => true;

            public override long Length => inner.Length;

            public override long Position { get => inner.Position; set => inner.Position = value; }

            public override void Flush() => inner.Flush();

            public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

            public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

            public override void SetLength(long value) => inner.SetLength(value);

            public override void Write(byte[] buffer, int offset, int count)
            {
                disk.Count();
                inner.Write(buffer, offset, count);
            }

            protected override void Dispose(bool disposing)
            {
                inner.Dispose();
                base.Dispose(disposing);
            }
        }
    }
}
