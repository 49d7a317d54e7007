namespace Hyperdiff.Tests.AcrossRanks;

public sealed class DisagreementTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    public static TheoryData<string, string> Disagreements => new()
    {
        { "length", "rank 1 sum of 4 float64" },
        { "long", "rank 1 sum of 1001 float64" },
        { "element", "rank 1 sum of 3 float32" },
        { "kind", "rank 1 gathering of 1 int64" },
        { "decision", "rank 1 decision of rank 0 (1 byte)" },
        { "message", "rank 1 bytes of rank 0" },
        { "value", "the values of w, λ or of what else is the same on all: ranks 0, 2, others than rank 1" },
        { "function", "the functions that run: ranks 0, 2, others than rank 1" },
    };

    [Theory]
    [MemberData(nameof(Disagreements))]
    public void What_ranks_do_not_do_alike_is_told_on_all(string which, string words)
    {
        string[] messages = Ranks.InProcess(3, ranks =>
        {
            ranks.Sum(new double[100]);
            ranks.Program(12);
            return Assert.Throws<RanksDisagreeException>(() =>
            {
                if (ranks.Rank == 1)
                {
                    Odd(ranks, which);
                }
                else
                {
                    ranks.Witness([1, 2, 3]);
                    ranks.Sum(new double[which == "long" ? 1000 : 3]);
                }
            }).Message;
        }, s_deadline);
        Assert.All(messages, message => Assert.Equal(messages[0], message));
        Assert.Contains(words, messages[0], StringComparison.Ordinal);
        Assert.Contains("collective 2", messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_rank_throws_of_a_disagreement_is_thrown_to_the_caller() =>
        Assert.Contains("rank 1 sum of 1 float64", Assert.Throws<RanksDisagreeException>(() => Ranks.InProcess(2, ranks =>
        {
            ranks.Sum(new double[ranks.Rank == 1 ? 1 : 2]);
            return 0;
        }, s_deadline)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void A_rank_that_throws_ends_all_with_its_number(int count)
    {
        int told = 0;
        RankFailedException failure = Assert.Throws<RankFailedException>(() => Ranks.InProcess(count, ranks =>
        {
            ranks.Sum(new double[5]);
            if (ranks.Rank == 1)
            {
                throw new FormatException("Line 7 has no number.");
            }

            RankFailedException heard = Assert.Throws<RankFailedException>(() => ranks.Sum(new double[5]));
            Assert.Equal(1, heard.Rank);
            Interlocked.Increment(ref told);
            return 0;
        }, s_deadline));
        Assert.Equal((1, "Rank 1 failed: Line 7 has no number."), (failure.Rank, failure.Message));
        Assert.IsType<FormatException>(failure.InnerException);
        Assert.Equal(count - 1, told);
    }

    [Fact]
    public void Of_ranks_that_all_throw_the_first_is_named() =>
        Assert.Equal(0, Assert.Throws<RankFailedException>(() => Ranks.InProcess<int>(4, ranks =>
        {
            ranks.Sum(new double[5]);
            throw new FormatException("bad");
        }, s_deadline)).Rank);

    [Fact]
    public void Who_ends_early_is_named_to_those_who_wait()
    {
        string message = Assert.Throws<RanksDisagreeException>(() => Ranks.InProcess(3, ranks =>
        {
            ranks.Sum(new double[5]);
            if (ranks.Rank != 2)
            {
                ranks.Sum(new double[6]);
            }

            return 0;
        }, s_deadline)).Message;
        Assert.Contains("Rank 2 ended the program", message, StringComparison.Ordinal);
        Assert.Contains("collective 2 (sum of 6 float64)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_does_not_come_in_time_is_named()
    {
        using ManualResetEventSlim heard = new();
        string message = Assert.Throws<TimeoutException>(() => Ranks.InProcess(3, ranks =>
        {
            ranks.Sum(new double[5]);
            if (ranks.Rank == 1)
            {
                heard.Wait();
            }

            try
            {
                ranks.Sum(new double[6]);
            }
            finally
            {
                heard.Set();
            }

            return 0;
        }, TimeSpan.FromMilliseconds(200))).Message;
        Assert.Contains("Rank 1 did not come to collective 2 (sum of 6 float64) within 0.2 s, where ranks 0, 2 waited; collectives begun there: 1", message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_ends_those_who_wait()
    {
        using CancellationTokenSource source = new();
        OperationCanceledException end = Assert.ThrowsAny<OperationCanceledException>(() => Ranks.InProcess(3, ranks =>
        {
            if (ranks.Rank == 1)
            {
                source.Cancel();
            }

            while (true)
            {
                ranks.Sum(new double[5]);
            }
#pragma warning disable CS0162 // Unreachable: the type of the result
            return 0;
#pragma warning restore CS0162
        }, s_deadline, source.Token));
        Assert.Equal(source.Token, end.CancellationToken);
    }

    [Fact]
    public void Two_threads_of_a_rank_cannot_exchange_at_once()
    {
        using ManualResetEventSlim refused = new();
        RankFailedException failure = Assert.Throws<RankFailedException>(() => Ranks.InProcess(2, ranks =>
        {
            if (ranks.Rank == 1)
            {
                // meets the thread that came first, so that nothing but the other one fails
                refused.Wait();
                ranks.Sum(new double[1]);
                return 0;
            }

            Exception?[] thrown = new Exception?[2];
            Thread[] both = [.. Enumerable.Range(0, 2).Select(i => new Thread(() => thrown[i] = Record.Exception(() => ranks.Sum(new double[1]))))];
            Array.ForEach(both, thread => thread.Start());
            SpinWait.SpinUntil(() => thrown.Any(each => each is not null), s_deadline);
            refused.Set();
            throw thrown.First(each => each is not null)!;
        }, s_deadline));
        Assert.IsType<InvalidOperationException>(failure.InnerException);
    }

    [Fact]
    public void A_word_that_differs_always_changes_the_fingerprint()
    {
        Random random = new(5);
        var bytes = new byte[1037];
        random.NextBytes(bytes);
        HashSet<ulong> seen = [Of(bytes)];
        for (int place = 0; place < bytes.Length; place++)
        {
            bytes[place] ^= (byte)(1 << (place % 8));
            Assert.True(seen.Add(Of(bytes)));
            bytes[place] ^= (byte)(1 << (place % 8));
        }

        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.True(seen.Add(Of(new byte[length])));
        }

        static ulong Of(byte[] bytes)
        {
            RunningHash hash = default;
            hash.Add(bytes);
            return hash.Value;
        }
    }

    private static void Odd(Ranks ranks, string which)
    {
        if (which == "function")
        {
            ranks.Program(13);
        }

        ranks.Witness([1, 2, (byte)(which == "value" ? 4 : 3)]);
        switch (which)
        {
            case "length":
                ranks.Sum(new double[4]);
                break;
            case "long":
                ranks.Sum(new double[1001]);
                break;
            case "element":
                ranks.Sum(new float[3]);
                break;
            case "kind":
                ranks.Gather(3);
                break;
            case "decision":
                ranks.FromRank0(true);
                break;
            case "message":
                ranks.FromRank0(new byte[1]);
                break;
            default:
                ranks.Sum(new double[3]);
                break;
        }
    }
}
