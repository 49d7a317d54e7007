using Hyperdiff.Backends.Cpu;
using Hyperdiff.Benchmarks;
using TorchSharp;

namespace Hyperdiff.TorchSharp.Benchmarks;

/// <summary>A problem of the peers, by Hyperdiff over libtorch and by autograd, on the same tensors.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Calls">What is timed.</param>
internal sealed record ComparedProblem(string Name, IReadOnlyList<(string Call, Func<Tensor[]> Ours, Func<torch.Tensor[]> Theirs)> Calls)
{
    private const int Updates = 20;
    private const int Steps = 100;
    private const int Batch = 256;

    /// <summary>The problems, with random numbers of seed 0.</summary>
    public static IEnumerable<ComparedProblem> All(TorchBackend backend, DType dtype)
    {
        var key = RandomKey.FromSeed(0);
        yield return OfLogistic(backend, dtype, key);
        yield return OfPerceptron(backend, dtype, key);
        yield return OfEquilibrium(backend, dtype, key);
    }

    /// <summary>‖ours − theirs‖ / ‖theirs‖.</summary>
    public static double Difference(Func<Tensor[]> ours, Func<torch.Tensor[]> theirs)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        double[] a = Numbers(ours()), b = Numbers(theirs().Select(tensor => tensor.ToHyperdiff()));
        return Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum() / b.Sum(y => y * y));
    }

    /// <summary>A call, and what a GPU still has to do for it.</summary>
    public static object Finished(TorchBackend backend, Func<Tensor[]> call)
    {
        Tensor[] results = call();
        Synchronize(backend);
        return results;
    }

    /// <inheritdoc cref="Finished(TorchBackend, Func{Tensor[]})"/>
    public static object Finished(TorchBackend backend, Func<torch.Tensor[]> call)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        _ = call();
        Synchronize(backend);
        return backend;
    }

    private static void Synchronize(TorchBackend backend)
    {
        if (backend.Device.type == DeviceType.CUDA)
        {
            torch.cuda.synchronize();
        }
    }

    private static ComparedProblem Of<TState, THyper>(
        string name,
        FixedPointProblem<TState, THyper> problem,
        (TState Start, THyper Hyper) point,
        (Func<TState, Tensor[]> State, Func<THyper, Tensor[]> Hyper) leaves,
        Autograd autograd)
    {
        (TState state, THyper hyper) = point;
        for (int t = 0; t < Steps; t++)
        {
            state = problem.Inner.Map.Evaluate(state, hyper);
        }

        FixedPointProblem<TState, THyper> given = Bilevel.Problem(problem.Inner.Map.SolvedBy(FixedPoint.Iteration(maxIterations: 0)), problem.Outer);
        ImplicitMethod method = Hypergradient.Implicit(LinearSolver.FixedPoint(0, maxIterations: Updates));
        Linearized<TState, TState> linearized = Diff.Linearize(x => problem.Inner.Map.Evaluate(x, hyper), state);
        TState v = linearized.Value;
        torch.Tensor[] w = Array.ConvertAll(leaves.State(state), tensor => tensor.ToTorch());
        torch.Tensor[] h = Array.ConvertAll(leaves.Hyper(hyper), tensor => tensor.ToTorch());
        torch.Tensor[] direction = Array.ConvertAll(leaves.State(v), tensor => tensor.ToTorch());
        torch.Tensor[] leavesOfState = Autograd.Leaves(w), stepped = autograd.Step(leavesOfState, Autograd.Leaves(h));
        return new ComparedProblem(name,
        [
            ("inner_step", () => leaves.State(problem.Inner.Map.Evaluate(state, hyper)), () => autograd.Step(Autograd.Leaves(w), h)),
            ("jtv", () => leaves.State(linearized.Vjp(v)), () => Autograd.TransposedProduct(stepped, leavesOfState, direction)),
            ("fixed_point_K20", () => leaves.Hyper(method.Compute(given, state, hyper).Gradient), () => autograd.FixedPoint(w, h, Updates)),
        ]);
    }

    private static ComparedProblem OfLogistic(TorchBackend backend, DType dtype, RandomKey key)
    {
        const int N = 1000, D = 100;
        RandomKey[] keys = key.Split(5);
        Tensor oracle = keys[0].Normal([D], dtype) / Math.Sqrt(D);
        Tensor x = keys[1].Normal([N, D], dtype), xv = keys[2].Normal([N, D], dtype);
        Tensor Labels(Tensor data, RandomKey noise) => (data.MatMul(oracle) + (0.1 * noise.Normal([N], dtype)) > 0).To(dtype);
        (Tensor y, Tensor yv) = (Labels(x, keys[3]).To(backend), Labels(xv, keys[4]).To(backend));
        (x, xv) = (x.To(backend), xv.To(backend));
        double aspect = 1 + Math.Sqrt(D / (double)N), rate = 1 / ((0.25 * aspect * aspect) + Math.Exp(-2));
        (torch.Tensor a, torch.Tensor b, torch.Tensor av, torch.Tensor bv) = (x.ToTorch(), y.ToTorch(), xv.ToTorch(), yv.ToTorch());
        return Of(
            "lr_1000x100",
            Bilevel.Problem(Logistic.StepMap(x, y, Tensor.Scalar(rate, dtype)), Logistic.ValidateObjective(xv, yv)),
            (new Weights(Tensor.Zeros([D], dtype).To(backend)), new Penalty(Tensor.Full([D], -2, dtype).To(backend))),
            (state => [state.W], hyper => [hyper.LogL2]),
            new Autograd(
                (w, _) => torch.nn.functional.binary_cross_entropy_with_logits(av.matmul(w[0]), bv),
                (w, h) => Autograd.Descended(
                    (u, l) => torch.nn.functional.binary_cross_entropy_with_logits(a.matmul(u[0]), b) + (0.5 * (l[0].exp() * u[0].square()).sum()),
                    rate, w, h)));
    }

    private static ComparedProblem OfPerceptron(TorchBackend backend, DType dtype, RandomKey key)
    {
        const int Pixels = 784, Hidden = 128, Classes = 10;
        RandomKey[] keys = key.Split(5);
        Tensor oracle = keys[0].Normal([Pixels, Classes], dtype);
        Tensor x = keys[1].Normal([Batch, Pixels], dtype), xv = keys[2].Normal([Batch, Pixels], dtype);
        (Tensor y, Tensor yv) = (x.MatMul(oracle).ArgMax(-1).To(backend), xv.MatMul(oracle).ArgMax(-1).To(backend));
        (x, xv) = (x.To(backend), xv.To(backend));
        (torch.Tensor a, torch.Tensor av) = (x.ToTorch(), xv.ToTorch());
        (torch.Tensor b, torch.Tensor bv) = (y.ToTorch().to(torch.ScalarType.Int64), yv.ToTorch().to(torch.ScalarType.Int64));
        torch.Tensor Loss(torch.Tensor data, torch.Tensor labels, torch.Tensor[] w) =>
            torch.nn.functional.cross_entropy((data.matmul(w[0]) + w[1]).tanh().matmul(w[2]) + w[3], labels);
        var start = new TwoLayers(
            (keys[3].Normal([Pixels, Hidden], dtype) / 28).To(backend), Tensor.Zeros([Hidden], dtype).To(backend),
            (keys[4].Normal([Hidden, Classes], dtype) / 11.3).To(backend), Tensor.Zeros([Classes], dtype).To(backend));
        return Of(
            "mlp",
            Bilevel.Problem(Perceptron.StepMap(x, y, Tensor.Scalar(0.1, dtype)), Perceptron.ValidateObjective(xv, yv)),
            (start, new LayerPenalties(Tensor.Scalar(-6, dtype).To(backend), Tensor.Scalar(-6, dtype).To(backend))),
            (state => [state.W1, state.B1, state.W2, state.B2], hyper => [hyper.First, hyper.Second]),
            new Autograd(
                (w, _) => Loss(av, bv, w),
                (w, h) => Autograd.Descended(
                    (u, l) => Loss(a, b, u) + (0.5 * l[0].exp() * (u[0].square().sum() + u[1].square().sum()))
                        + (0.5 * l[1].exp() * (u[2].square().sum() + u[3].square().sum())), 0.1, w, h)));
    }

    private static ComparedProblem OfEquilibrium(TorchBackend backend, DType dtype, RandomKey key)
    {
        const int Hidden = 256, Pixels = 784, Classes = 10;
        RandomKey[] keys = key.Split(6);
        Tensor x = keys[0].Uniform([Batch, Pixels], dtype: dtype).To(backend), y = keys[1].Integers([Batch], 0, Classes).To(backend);
        Tensor recurrent = keys[2].Normal([Hidden, Hidden], dtype);
        recurrent = 0.9 * recurrent / Linalg.SingularValues(recurrent)[0];
        Tensor Small(RandomKey from, Shape shape) => (0.01 * from.Normal(shape, dtype)).To(backend);
        var hyper = new Network(recurrent.To(backend), Small(keys[3], [Pixels, Hidden]), Small(keys[4], [Hidden]), Small(keys[5], [Hidden, Classes]),
            Tensor.Zeros([Classes], dtype).To(backend));
        (torch.Tensor a, torch.Tensor b) = (x.ToTorch(), y.ToTorch().to(torch.ScalarType.Int64));
        return Of(
            "rnn",
            Bilevel.Problem(Equilibrium.StepMap(x), Equilibrium.ValidateObjective(y)),
            (new Activations(Tensor.Zeros([Batch, Hidden], dtype).To(backend)), hyper),
            (state => [state.Z], network => [network.A, network.B, network.C, network.ReadOut, network.Bias]),
            new Autograd(
                (w, h) => torch.nn.functional.cross_entropy(w[0].matmul(h[3]) + h[4], b),
                (w, h) => [(w[0].matmul(h[0]) + a.matmul(h[1]) + h[2]).tanh()]));
    }

    private static double[] Numbers(IEnumerable<Tensor> tensors) =>
        [.. tensors.SelectMany(tensor => tensor.To(CpuBackend.Instance).To(DType.Float64).ToArray<double>())];
}
