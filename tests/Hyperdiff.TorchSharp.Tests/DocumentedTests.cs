using TorchSharp;
using static TorchSharp.torch.nn;

namespace Hyperdiff.TorchSharp.Tests;

/// <summary>What stands on the pages.</summary>
public sealed class DocumentedTests
{
    private static readonly double[] s_shifts = [0.2, 0.4];

    [Fact]
    public void Readme()
    {
        torch.Tensor data = torch.randn(20, 3), labels = torch.randint(0, 2, 20).to(torch.int32);

        Tensor x = data.ToHyperdiff(), y = labels.ToHyperdiff();      // without a copy; torch.Tensor back = x.ToTorch()

        // a network of TorchSharp, trained with a penalty whose hypergradient is wanted
        TorchModule net = TorchModule.Of(Sequential(Linear(3, 8), Tanh(), Linear(8, 2)));
        var train = Objective.From((ModuleTensors w, Tensor h) =>
            Losses.CrossEntropy(net.Forward(w, x), y) + (h.Exp() * w.Values.Select(part => part.Square().Sum()).Aggregate((a, b) => a + b)));
        var steps = train.GradientDescentMap(0.1);

        // the same on a GPU: everything follows the tensors
        Tensor penalty = Tensor.Scalar(-4, DType.Float32).To(TorchBackend.On(data.device));
        Tensor slope = Diff.Grad((Tensor h) => train.Evaluate(steps.Evaluate(net.Parameters, h), h), penalty);

        Assert.Same(TorchBackend.Cpu, slope.Backend);
        Assert.True(double.IsFinite(slope.ToScalar()));
    }

    [Fact]
    public void ModulesAsFunctions()
    {
        Tensor x = RandomKey.FromSeed(1).Normal([20, 3], DType.Float32), y = RandomKey.FromSeed(2).Normal([20, 1], DType.Float32);

        TorchModule net = TorchModule.Of(Sequential(Linear(3, 8), Tanh(), Linear(8, 1)));
        var inner = Objective.From((ModuleTensors w, Tensor h) =>
            (net.Forward(w, x) - y).Square().Mean() + (h.Exp() * w["0.weight"].Square().Sum()));

        Assert.True(inner.Evaluate(net.Parameters, Tensor.Scalar(0, DType.Float32)).ToScalar() > 0);
    }

    [Fact]
    public void InsideTorchSharp()
    {
        torch.Tensor a = torch.tensor(s_shifts, requires_grad: true);

        // z = ½ cos z + a, as a function of a
        var map = FixedPointMap.From((Tensor z, Tensor shift) => (0.5 * z.Cos()) + shift);
        var equilibrium = HyperdiffFunction.Of(shift => FixedPoint.Of(map, Tensor.Zeros([2]), shift));
        torch.Tensor loss = equilibrium.Call(a * 2).square().sum();
        HyperdiffFunction.Backward(loss);
        Console.WriteLine(a.grad);

        // dz/da = 1/(1 + ½ sin z)
        double z = equilibrium.Call(a * 2)[0].ToDouble();
        Assert.Equal(4 * z / (1 + (0.5 * Math.Sin(z))), a.grad![0].ToDouble(), 1e-6);
    }
}
