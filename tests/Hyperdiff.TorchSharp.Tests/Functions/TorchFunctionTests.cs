using Hyperdiff.Backends.Cpu;
using TorchSharp;

namespace Hyperdiff.TorchSharp.Tests.Functions;

/// <summary>Functions that libtorch differentiates, as part of what Hyperdiff differentiates.</summary>
public sealed class TorchFunctionTests
{
    private static readonly RandomKey s_key = RandomKey.FromSeed(21);

    private static readonly TorchFunction s_torch = TorchFunction.Of(x => [(x[0].matmul(x[1]).tanh() * x[1].sin()).exp()], "f");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Derivatives_InBothModes_ToThirdOrder_AreOurOwn(bool isThere)
    {
        (Tensor a, Tensor b) = (Placed(s_key.Normal([3, 3]), isThere), Placed(s_key.Fold(1).Normal([3, 3]), isThere));
        (Tensor da, Tensor db) = (s_key.Fold(2).Normal([3, 3]), s_key.Fold(3).Normal([3, 3]));
        Tensor Ours(Tensor x, Tensor y) => (x.MatMul(y).Tanh() * y.Sin()).Exp().Square().Sum();
        Tensor Torchs(Tensor x, Tensor y) => s_torch.Call(x, y).Square().Sum();

        AssertSame(Ours(a, b), Torchs(a, b));
        AssertSame(Gradients(Ours, a, b).Item1, Gradients(Torchs, a, b).Item1);
        AssertSame(Gradients(Ours, a, b).Item2, Gradients(Torchs, a, b).Item2);
        AssertSame(Along(Ours, a, b, da, db), Along(Torchs, a, b, da, db));

        // forward over reverse, reverse over forward, reverse over reverse
        AssertSame(Along((x, y) => Gradients(Ours, x, y).Item2, a, b, da, db), Along((x, y) => Gradients(Torchs, x, y).Item2, a, b, da, db));
        AssertSame(Gradients((x, y) => Along(Ours, x, y, da, db), a, b).Item1, Gradients((x, y) => Along(Torchs, x, y, da, db), a, b).Item1);
        AssertSame(Gradients((x, y) => Gradients(Ours, x, y).Item1.Square().Sum(), a, b).Item2,
            Gradients((x, y) => Gradients(Torchs, x, y).Item1.Square().Sum(), a, b).Item2);
        AssertSame(Along((x, y) => Along((u, v) => Gradients(Ours, u, v).Item2, x, y, db, da), a, b, da, db),
            Along((x, y) => Along((u, v) => Gradients(Torchs, u, v).Item2, x, y, db, da), a, b, da, db));
        AssertSame(Diff.Hessian((Tensor x) => Ours(x, b), a), Diff.Hessian((Tensor x) => Torchs(x, b), a));
    }

    [Fact]
    public void WhatNothingDependsOn_HasZeros()
    {
        TorchFunction constant = TorchFunction.Of(x => torch.ones(2, torch.float64)), first = TorchFunction.Of(x => [x[0] * 2]);
        Tensor x = Tensor.From([1.0, 2]);

        Assert.Equal([0, 0], Diff.Grad((Tensor a) => constant.Call(a).Sum(), x).ToArray<double>());
        Assert.Equal([0, 0], Diff.Jvp((Tensor a) => constant.Call(a), x, x).Tangent.ToArray<double>());
        Assert.Equal([0, 0], Diff.Grad((Tensor a) => first.Call(x, a).Sum(), x).ToArray<double>());
        Assert.Equal([0, 0], Diff.Grad((Tensor a) => Diff.Grad((Tensor b) => first.Call(b, x).Sum(), a).Sum(), x).ToArray<double>());
    }

    [Fact]
    public void Batches_RunItemByItem()
    {
        Tensor a = s_key.Normal([4, 2, 2]), b = s_key.Fold(1).Normal([2, 2]);
        Tensor batch = Diff.Vmap((Tensor x) => Diff.Grad((Tensor y) => s_torch.Call(x, y).Sum(), b), a);

        AssertSame(Tensor.Stack(0, [.. Enumerable.Range(0, 4).Select(i => Diff.Grad((Tensor y) => s_torch.Call(a[i], y).Sum(), b))]), batch);
    }

    [Fact]
    public void SeveralResults_AndIndices_AreTaken()
    {
        TorchFunction two = TorchFunction.Of(x => [x[0].index_select(0, x[1]), x[0].square()]);
        Tensor x = Tensor.From([1.0, 2, 3]), indices = Tensor.From([2, 0]);

        // 2x, and 1 for each of the two that were chosen
        Assert.Equal([3, 4, 7], Diff.Grad((Tensor a) => two.Apply(a, indices)[0].Sum() + two.Apply(a, indices)[1].Sum(), x).ToArray<double>());
        Assert.Throws<InvalidOperationException>(() => two.Call(x, indices));
    }

    [Fact]
    public void WhatDrawsAtRandom_IsRefused()
    {
        TorchFunction noise = TorchFunction.Of(x => x + torch.randn_like(x), "noise");

        string message = Assert.Throws<ArgumentException>(() => noise.Call(Tensor.Ones([2]))).Message;
        Assert.StartsWith("noise draws random numbers", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ResultsThatAreNotFloating_AreRefused() => Assert.Contains("Bool",
        Assert.Throws<ArgumentException>(() => TorchFunction.Of(x => x > 0).Call(Tensor.Ones([2]))).Message, StringComparison.Ordinal);

    [Fact]
    public void ExceptionsOfTheFunction_ReachTheCaller() => Assert.Throws<InvalidDataException>(
        () => TorchFunction.Of(new Func<torch.Tensor, torch.Tensor>(_ => throw new InvalidDataException())).Call(Tensor.Ones([2])));

    private static Tensor Placed(Tensor tensor, bool isThere) => isThere ? tensor.To(TorchBackend.Cpu) : tensor;

    private static (Tensor, Tensor) Gradients(Func<Tensor, Tensor, Tensor> f, Tensor a, Tensor b) =>
        Diff.Grad(((Tensor, Tensor) pair) => f(pair.Item1, pair.Item2), (a, b));

    private static Tensor Along(Func<Tensor, Tensor, Tensor> f, Tensor a, Tensor b, Tensor da, Tensor db) =>
        Diff.Jvp(((Tensor, Tensor) pair) => f(pair.Item1, pair.Item2), (a, b), (da, db)).Tangent;

    // some hundred roundings of numbers of this size
    internal static void AssertSame(Tensor expected, Tensor actual, double roundings = 1000)
    {
        Assert.Equal(expected.Type, actual.Type);
        Tensor wanted = expected.To(CpuBackend.Instance), found = actual.To(CpuBackend.Instance);
        double scale = Math.Max(1, wanted.Abs().Max().To(DType.Float64).ToScalar()), error = (found - wanted).Abs().Max().To(DType.Float64).ToScalar();
        Assert.True(error <= roundings * expected.DType.Epsilon() * scale, $"{error} of {scale}");
    }
}
