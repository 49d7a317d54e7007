using Hyperdiff.Fixtures.Calls;

namespace Hyperdiff.Memory.Tests;

/// <summary>What a program that runs for ever does again and again leaves nothing behind; <c>flat-memory</c> of the benchmarks measures every public
/// computation.</summary>
public sealed class LiveMemoryTests
{
    // of every kind of derived graph eight variants are kept: more calls than that come before
    private const int Before = 60;
    private const int Calls = 30;

    // a graph that is kept, its plan included, takes tens of KiB; what is left of a call that keeps none is noise of the collector and of tables that grow in
    // powers of two
    private const double MostBytesPerCall = 1024;

    public static TheoryData<string> Computations => [.. PublicCalls.All.Select(one => one.Name).Where(name =>
        name.Contains("estimate", StringComparison.Ordinal) || name.Contains("certificate", StringComparison.Ordinal)
            || name is "linear solver: GMRES" or "linear solver: Anderson" or "linear solver: Broyden"
        or "linear solver: Nyström" or "pure: Anderson" or "pure: L-BFGS" or "pure: reverse, checkpoints" or "pure: reverse" or "pure: forward" or "Vmap"
        or "iterate" or "levels" or "eager slices")];

    [Theory]
    [MemberData(nameof(Computations))]
    public void Calls_LeaveNothingBehind(string name)
    {
        Action<int> call = PublicCalls.All.Single(one => one.Name == name).Call;
        int next = 0;
        Run(Before);
        long[] live = new long[4];
        live[0] = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 1; i < live.Length; i++)
        {
            Run(Calls);
            live[i] = GC.GetTotalMemory(forceFullCollection: true);
        }

        // what grows grows in every part
        Assert.InRange(Enumerable.Range(1, live.Length - 1).Min(i => (live[i] - live[i - 1]) / (double)Calls), double.NegativeInfinity, MostBytesPerCall);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                call(next++);
            }
        }
    }

    [Fact]
    public void BackendThatNobodyUses_LeavesNoThreads()
    {
        Action<int> call = PublicCalls.All.Single(one => one.Name == "threads").Call;
        call(0);
        int before = Workers();
        for (int i = 0; i < 20; i++)
        {
            call(i);
        }

        // the threads end by themselves once their pool was finalized
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return Workers() <= before + 3;
            },
            TimeSpan.FromSeconds(30)));
    }

    private static int Workers() => System.Diagnostics.Process.GetCurrentProcess().Threads.Count;
}
