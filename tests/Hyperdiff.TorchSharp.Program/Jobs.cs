using System.Diagnostics;
using System.Globalization;
using Hyperdiff.Backends.Cpu;
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
        ["modules"] = Modules,
        ["nodes"] = Nodes,
        ["library"] = Library,
        ["backward"] = Backward,
        ["backward-twice"] = BackwardTwice,
        ["failed-adjoint"] = FailedAdjoint,
        ["failed-adjoint-alone"] = FailedAdjointAlone,
        ["failed-forward"] = FailedForward,
        ["broken-derivative"] = BrokenDerivative,
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

    // weights of 2 MB, whose gradient and its gradient are taken
    private static void Modules()
    {
        TorchModule net = TorchModule.Of(torch.nn.Sequential(torch.nn.Linear(512, 512), torch.nn.Tanh(), torch.nn.Linear(512, 1)));
        ModuleTensors w = net.Parameters;
        Tensor x = RandomKey.FromSeed(1).Normal([8, 512], DType.Float32).To(TorchBackend.Cpu);
        Tensor Loss(ModuleTensors p) => net.Forward(p, x).Square().Sum();
        Grow(150, () => Diff.Hvp((ModuleTensors p) => Loss(p), w, w));
    }

    private static void Nodes()
    {
        using torch.Tensor x = torch.ones(250_000, torch.float64, requires_grad: true);
        var node = HyperdiffFunction.Of(y => y.Sin().Square());
        Grow(300, () =>
        {
            using DisposeScope scope = torch.NewDisposeScope();
            HyperdiffFunction.Backward(node.Call(x).sum());
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

    private static void Library()
    {
        try
        {
            _ = TorchBackend.Cpu;
        }
        catch (DllNotFoundException failure)
        {
            Console.WriteLine($"{failure.GetType().Name}: {failure.Message}");
        }
    }

    // z = tanh(A z + b), as a function of A and b
    private static Tensor Equilibrium(Tensor a, Tensor b, LinearSolver? adjoint = null) => FixedPoint.Of(
        FixedPointMap.From((Tensor z, (Tensor A, Tensor B) h) => (h.A.MatMul(z) + h.B).Tanh())
            .SolvedBy(FixedPoint.Iteration(tolerance: 1e-13, maxIterations: 1000)),
        Tensor.Zeros([4]), (a, b), adjoint ?? LinearSolver.Gmres(tolerance: 1e-13));

    private static HyperdiffFunction Node(LinearSolver? adjoint = null) => HyperdiffFunction.Of(x => [Equilibrium(x[0], x[1], adjoint)], "the equilibrium");

    private static (Tensor A, Tensor B) Point()
    {
        var key = RandomKey.FromSeed(4);
        return (key.Normal([4, 4]) / 4, key.Fold(1).Normal([4]));
    }

    private static (torch.Tensor A, torch.Tensor B) Leaves()
    {
        (Tensor a, Tensor b) = Point();
        return (a.ToTorch().clone().requires_grad_(), b.ToTorch().clone().requires_grad_());
    }

    private static void Backward()
    {
        (torch.Tensor a, torch.Tensor b) = Leaves();
        HyperdiffFunction.Backward(Node().Call(a, b.sin()).square().sum());
        (Tensor ofA, Tensor ofB) = Diff.Grad(((Tensor A, Tensor B) h) => Equilibrium(h.A, h.B.Sin()).Square().Sum(), Point());
        Console.WriteLine(Distance(ofA, a.grad!) + Distance(ofB, b.grad!));
    }

    private static void BackwardTwice()
    {
        (torch.Tensor a, torch.Tensor b) = Leaves();
        torch.Tensor loss = Node().Call(a, b).square().sum();
        IList<torch.Tensor> first = torch.autograd.grad([loss], [a, b], retain_graph: true, create_graph: true, allow_unused: true);
        HyperdiffFunction.Backward(first[0].square().sum() + first[1].sin().sum());
        (Tensor ofA, Tensor ofB) = Diff.Grad(((Tensor A, Tensor B) h) =>
        {
            (Tensor da, Tensor db) = Diff.Grad(((Tensor A, Tensor B) g) => Equilibrium(g.A, g.B).Square().Sum(), h);
            return da.Square().Sum() + db.Sin().Sum();
        }, Point());
        Console.WriteLine(Distance(ofA, a.grad!) + Distance(ofB, b.grad!));
    }

    private static void FailedAdjoint()
    {
        (torch.Tensor a, torch.Tensor b) = Leaves();
        torch.Tensor loss = Node(LinearSolver.Gmres(tolerance: 1e-13, maxIterations: 1)).Call(a, b).sum();
        try
        {
            HyperdiffFunction.Backward(loss);
        }
        catch (SolveException failure)
        {
            Console.WriteLine($"{failure.Reports.Length} {failure.Reports[0].Status} {a.grad!.isnan().all().ToBoolean()} {b.grad!.isnan().all().ToBoolean()}");
        }
    }

    private static void FailedAdjointAlone()
    {
        (torch.Tensor a, torch.Tensor b) = Leaves();
        HyperdiffFunction node = Node(LinearSolver.Gmres(tolerance: 1e-13, maxIterations: 1));
        node.Call(a, b).sum().backward();
        Console.WriteLine($"{node.Failure?.GetType().Name} {a.grad!.isnan().all().ToBoolean()} {b.grad!.isnan().all().ToBoolean()}");
    }

    private static void FailedForward()
    {
        (torch.Tensor a, torch.Tensor b) = Leaves();
        try
        {
            _ = Node().Call(a, b * double.NaN);
        }
        catch (SolveException failure)
        {
            Console.WriteLine($"{failure.Reports.Length} {a.grad is null}");
        }
    }

    // what is not a solve: a function that throws when it is differentiated
    private static void BrokenDerivative()
    {
        (torch.Tensor a, _) = Leaves();
        var node = HyperdiffFunction.Of(x => x.IsTraced ? throw new InvalidDataException("no derivative") : x.Sin());
        try
        {
            HyperdiffFunction.Backward(node.Call(a).sum());
        }
        catch (InvalidOperationException failure)
        {
            Console.WriteLine($"{failure.InnerException?.Message} {a.grad!.isnan().all().ToBoolean()}");
        }
    }

    private static double Distance(Tensor expected, torch.Tensor actual) =>
        (expected - actual.ToHyperdiff().To(CpuBackend.Instance)).Norm().ToScalar() / (1 + expected.Norm().ToScalar());
}
