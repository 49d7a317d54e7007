using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Hyperdiff.Tests.AcrossRanks;

public sealed class SumTests
{
    public static TheoryData<int> Counts => [1, 2, 3, 4, 7];

    // 52 doubles and 104 floats fit into the opening block; gathered are up to 8192 doubles together, 1170 of each of 7 ranks
    private static readonly int[] s_lengths = [0, 1, 2, 6, 7, 51, 52, 53, 103, 104, 105, 113, 1009, 1170, 1171, 4096, 4097, 5461, 5462, 8193, 100_003];

    [Theory]
    [MemberData(nameof(Counts))]
    public void Sums_are_plain_and_in_the_order_of_the_ranks_to_the_last_bit_on_all(int count)
    {
        foreach (int length in s_lengths)
        {
            Check(count, length, random => Math.ScaleB(random.NextDouble() - 0.5, random.Next(-40, 40)), (ranks, values) => ranks.Sum(values.AsSpan()));
            Check(count, length, random => (float)Math.ScaleB(random.NextDouble() - 0.5, random.Next(-20, 20)), (ranks, values) => ranks.Sum(values.AsSpan()));
            Check(count, length, random => random.Next(int.MinValue, int.MaxValue), (ranks, values) => ranks.Sum(values.AsSpan()));
        }
    }

    [Fact]
    public void Of_very_many_ranks_what_does_not_divide_may_not_fit_into_the_opening()
    {
        foreach (int length in (int[])[137, 59 + (60 * 20), 52 + (60 * 20), 60 * 20])
        {
            Check(60, length, random => Math.ScaleB(random.NextDouble() - 0.5, random.Next(-40, 40)), (ranks, values) => ranks.Sum(values.AsSpan()));
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void What_is_not_finite_is_summed_as_by_one(int count)
    {
        double[] special = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 0.0, double.MaxValue, Math.BitIncrement(0.0)];
        foreach (int length in (int[])[3, 60, 1009])
        {
            Check(count, length, random => special[random.Next(special.Length)], (ranks, values) => ranks.Sum(values.AsSpan()));
        }
    }

    [Fact]
    public void A_program_alone_keeps_its_numbers()
    {
        double[] values = [1, double.NaN];
        Ranks.Single.Sum(values);
        Assert.Equal([1, double.NaN], values);
        Assert.Equal(3, Ranks.Single.FromRank0(3L));
        Assert.Equal([5L], Ranks.Single.Gather(5));
        Assert.Equal([1, 2], Ranks.Single.FromRank0([1, 2]));
        Assert.True(Ranks.Single.FromRank0(true));
    }

    [Fact]
    public void Delayed_exchanges_take_their_time_and_give_the_same()
    {
        double[] milliseconds = Ranks.InProcess(3, threads =>
        {
            // 3 exchanges of 2 ms, and 2 · 512 + 4/3 · 8 · 6000 bytes of 100 ns
            using Ranks ranks = threads.Delayed(TimeSpan.FromMilliseconds(2), 100e-9);
            double[] values = [.. Enumerable.Repeat(ranks.Rank + 0.5, 6000)];
            long begun = Stopwatch.GetTimestamp();
            ranks.Sum(values);
            Assert.All(values, value => Assert.Equal(4.5, value));
            return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        });
        Assert.All(milliseconds, each => Assert.True(each >= 6 + (100e-6 * (1024 + 64_000)), $"{each} ms"));
    }

    [Fact]
    public void The_header_has_the_length_that_is_kept_for_it() => Assert.Equal(RankHeader.Length, Unsafe.SizeOf<RankHeader>());

    [Fact]
    public void A_sum_allocates_nothing()
    {
        long[] allocated = Ranks.InProcess(3, ranks =>
        {
            var values = new double[3001];
            var few = new float[5];
            for (int warm = 0; warm < 3; warm++)
            {
                Step();
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int step = 0; step < 50; step++)
            {
                Step();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;

            void Step()
            {
                ranks.Sum(values);
                ranks.Sum(few);
                ranks.FromRank0(true);
                ranks.Witness([1, 2, 3]);
            }
        });
        Assert.Equal([0L, 0L, 0L], allocated);
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Decisions_and_bytes_are_those_of_rank_0(int count)
    {
        Ranks.InProcess(count, ranks =>
        {
            Assert.Equal(0.5, ranks.FromRank0(0.5 + ranks.Rank));
            Assert.Equal(7L, ranks.FromRank0(7L * (ranks.Rank + 1)));
            Assert.Equal(ranks.Rank != 0 || ranks.FromRank0(true), ranks.Rank == 0 || ranks.FromRank0(false));
            foreach (int length in (int[])[0, 1, RankHeader.Fits - 8, RankHeader.Fits - 7, 10_007])
            {
                byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];
                Assert.Equal(bytes, ranks.FromRank0(ranks.Rank == 0 ? bytes : null));
            }

            return 0;
        });
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void What_is_gathered_stands_in_the_order_of_the_ranks(int count)
    {
        Ranks.InProcess(count, ranks =>
        {
            Assert.Equal(Enumerable.Range(0, count).Select(rank => rank * 10L), ranks.Gather(ranks.Rank * 10));
            foreach (int length in (int[])[0, 1, RankHeader.Fits, RankHeader.Fits + 1, 5003])
            {
                byte[] mine = [.. Enumerable.Repeat((byte)(ranks.Rank + 1), length)];
                var all = new byte[count * length];
                ranks.Gather(mine, all);
                Assert.Equal(Enumerable.Range(0, count).SelectMany(rank => Enumerable.Repeat((byte)(rank + 1), length)), all);
            }

            return 0;
        });
    }

    private static void Check<T>(int count, int length, Func<Random, T> draw, Action<Ranks, T[]> sum)
        where T : unmanaged, INumber<T>
    {
        T[][] given = [.. Enumerable.Range(0, count).Select(rank =>
        {
            Random random = new((1000 * length) + rank);
            return (T[])[.. Enumerable.Range(0, length).Select(_ => draw(random))];
        })];
        T[] expected = [.. given[0]];
        foreach (T[] next in given.Skip(1))
        {
            for (int i = 0; i < length; i++)
            {
                expected[i] += next[i];
            }
        }

        T[][] sums = Ranks.InProcess(count, ranks =>
        {
            T[] values = [.. given[ranks.Rank]];
            sum(ranks, values);
            return values;
        });
        foreach (T[] each in sums)
        {
            // Equals of numbers has NaN alike, and 0 and −0 too: their bits tell
            Assert.Equal(expected, each);
            Assert.Equal(Array.ConvertAll(expected, T.IsNegative), Array.ConvertAll(each, T.IsNegative));
        }
    }
}
