using System.Diagnostics;
using System.Globalization;
using TorchSharp;

namespace Hyperdiff.TorchSharp.Program;

/// <summary>The jobs by name.</summary>
internal static class Jobs
{
    private const long Mebibyte = 1 << 20;

    private static readonly Dictionary<string, Action> s_jobs = new(StringComparer.Ordinal)
    {
        ["products-alone"] = ProductsAlone,
        ["products-in-plans"] = ProductsInPlans,
        ["products-in-solves"] = ProductsInSolves,
        ["conversions"] = Conversions,
    };

    public static int Run(string name)
    {
        s_jobs[name]();
        return 0;
    }

    // one after the other, each left to the garbage collector: 8 MB a matrix
    private static void ProductsAlone()
    {
        Tensor a = RandomKey.FromSeed(1).Normal([32, 32]).To(TorchBackend.Cpu), x = a;
        Grow(100_000, () => x = a.MatMul(x) / 32);
    }

    private static void ProductsInPlans()
    {
        Tensor a = RandomKey.FromSeed(1).Normal([32, 32]).To(TorchBackend.Cpu), x = a;
        var chain = Diff.Linearize((Tensor y) => Enumerable.Range(0, 10).Aggregate(y, (z, _) => a.MatMul(z).Tanh()), x);
        Grow(10_000, () => x = chain.Jvp(x));
    }

    private static void ProductsInSolves()
    {
        Tensor a = (RandomKey.FromSeed(1).Normal([256, 256]) / 100).To(TorchBackend.Cpu), b = Tensor.Ones([256]).To(TorchBackend.Cpu);
        var map = FixedPointMap.From((Tensor z, Tensor h) => a.MatMul(z).Tanh() + h).SolvedBy(FixedPoint.Iteration(tolerance: 1e-13, maxIterations: 1000));
        Grow(60, () => Diff.Grad((Tensor h) => FixedPoint.Of(map, b, h).Sum(), b));
    }

    private static void Conversions()
    {
        using torch.Tensor x = torch.ones(100_000);
        Grow(20_000, () =>
        {
            using torch.Tensor back = x.ToHyperdiff().ToTorch();
        });
    }

    // MiB of the process beyond what it took after the first tenth
    private static void Grow(int calls, Action call)
    {
        long before = 0;
        for (int i = 0; i < calls; i++)
        {
            if (i == calls / 10)
            {
                before = Resident();
            }

            call();
        }

        Console.WriteLine(((Resident() - before) / Mebibyte).ToString(CultureInfo.InvariantCulture));
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
