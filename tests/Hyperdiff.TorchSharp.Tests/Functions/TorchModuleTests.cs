using Hyperdiff.Fixtures;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace Hyperdiff.TorchSharp.Tests.Functions;

/// <summary>Modules as functions of their parameters.</summary>
public sealed class TorchModuleTests
{
    private static readonly RandomKey s_key = RandomKey.FromSeed(8);

    public static TheoryData<string> Modules => ["convolution", "LSTM", "shared", "normalized", "attention"];

    [Theory]
    [MemberData(nameof(Modules))]
    public void FirstAndSecondDerivatives_AreDifferences(string name)
    {
        (TorchModule module, Tensor input) = Of(name);
        ModuleTensors at = module.Parameters, along = Direction(at, 3), other = Direction(at, 4);
        Tensor Loss(ModuleTensors w) => module.Forward(w, input).Square().Mean();
        ModuleTensors Gradient(ModuleTensors w) => Diff.Grad((ModuleTensors u) => Loss(u), w);

        // along a line the loss is a function of one number, whose differences are known to the tenth digit
        (double[] slope, double[] slopeBound) = Richardson.Derivative(t => [Loss(Moved(at, along, t)).ToScalar()]);
        Assert.Equal(slope[0], Inner(Gradient(at), along), Tolerance(slopeBound[0]));
        Assert.Equal(slope[0], Diff.Jvp((ModuleTensors w) => Loss(w), at, along).Tangent.ToScalar(), Tolerance(slopeBound[0]));

        (double[] curvature, double[] curvatureBound) = Richardson.Derivative(t => [Inner(Gradient(Moved(at, along, t)), other)]);
        ModuleTensors product = Diff.Hvp((ModuleTensors w) => Loss(w), at, along);
        Assert.Equal(curvature[0], Inner(product, other), Tolerance(curvatureBound[0]));
        Assert.Equal(curvature[0], Inner(Diff.Grad((ModuleTensors w) => Diff.Jvp((ModuleTensors u) => Loss(u), w, along).Tangent, at), other),
            Tolerance(curvatureBound[0]));

        // H is symmetric
        Assert.Equal(Inner(product, other), Inner(Diff.Hvp((ModuleTensors w) => Loss(w), at, other), along), 1e-10);
        Assert.NotEqual(0, curvature[0]);
    }

    // layer_norm's own second gradient takes its statistics for constants, so that a third one lacks terms
    [Fact]
    public void DerivativesThatLibtorchHasWrong_AreRefused()
    {
        TorchModule norm = TorchModule.Of(Sequential(LayerNorm(4, dtype: torch.float64), Tanh()));
        Tensor x = s_key.Normal([3, 4]), v = s_key.Fold(1).Normal([3, 4]);
        Tensor Slope(Tensor a) => Diff.Jvp((Tensor b) => norm.Forward(norm.Parameters, b).Square().Sum(), a, v).Tangent;

        Assert.Contains("LayerNorm", Assert.Throws<NotSupportedException>(() => Diff.Jvp(Slope, x, v)).Message, StringComparison.Ordinal);
        (double[] expected, double[] bound) = Richardson.Derivative(t => [Slope(x + (t * v)).ToScalar()]);
        Assert.Equal(expected[0], (Diff.Grad(Slope, x) * v).Sum().ToScalar(), Tolerance(bound[0]));
    }

    [Fact]
    public void SharedParameters_StandOnce()
    {
        Assert.Equal(["first.weight", "first.bias"], Of("shared").Module.Parameters.Keys);
        Assert.Equal(4, Of("LSTM").Module.Parameters.Count);
    }

    [Fact]
    public void Module_AfterACall_IsWhatItWas()
    {
        var linear = Linear(2, 3, dtype: torch.float64);
        linear.bias!.requires_grad = false;
        TorchModule module = TorchModule.Of(linear);
        double[] before = linear.weight!.data<double>().ToArray();
        ModuleTensors doubled = module.Parameters.With("weight", 2 * module.Parameters["weight"]);
        Tensor x = Tensor.From(new double[,] { { 1, -1 } });

        Tensor y = module.Forward(doubled, x), bias = module.Parameters["bias"];
        TorchFunctionTests.AssertSame(2 * (module.Forward(module.Parameters, x) - bias), y - bias);
        Assert.Equal(before, linear.weight!.data<double>().ToArray());
        Assert.True(linear.weight!.requires_grad);
        Assert.False(linear.bias!.requires_grad);

        // what the user froze is not differentiated
        Assert.Equal([0, 0, 0], Diff.Grad((ModuleTensors w) => module.Forward(w, x).Sum(), module.Parameters)["bias"].ToArray<double>());

        module.Load(doubled);
        Assert.Equal(before.Select(w => 2 * w), linear.weight!.data<double>().ToArray());
        using torch.Tensor loss = linear.forward(torch.ones(1, 2, torch.float64)).sum();
        loss.backward();
        Assert.NotNull(linear.weight!.grad);
    }

    [Fact]
    public void Module_WhoseCallFails_IsWhatItWas()
    {
        var linear = Linear(2, 3, dtype: torch.float64);
        TorchModule module = TorchModule.Of(linear);
        double[] before = linear.weight!.data<double>().ToArray();

        Assert.ThrowsAny<Exception>(() => module.Forward(module.Parameters, Tensor.Ones([1, 5])));
        Assert.Equal(before, linear.weight!.data<double>().ToArray());
        Assert.Equal(new Shape(4, 3), module.Forward(module.Parameters, Tensor.Ones([4, 2])).Shape);
    }

    [Fact]
    public void LayersInTrainingMode_AreRefusedByName()
    {
        string dropout = Assert.Throws<ArgumentException>(() => TorchModule.Of(Sequential(("a", Linear(2, 2)), ("drop", Dropout(0.3))))).Message;
        Assert.Contains("`drop` (Dropout)", dropout, StringComparison.Ordinal);
        Assert.Contains("module.eval()", dropout, StringComparison.Ordinal);
        Assert.Contains("BatchNorm1d", Assert.Throws<ArgumentException>(() => TorchModule.Of(BatchNorm1d(2))).Message, StringComparison.Ordinal);

        // what has no such name is found out by calling it
        var lstm = LSTM(2, 3, numLayers: 2, dropout: 0.5, dtype: torch.float64);
        TorchModule module = TorchModule.Of(lstm, x => lstm.forward(x[0]).Item1);
        Tensor sequence = Tensor.Ones([4, 1, 2]);
        Assert.Contains("random", Assert.Throws<ArgumentException>(() => module.Forward(module.Parameters, sequence)).Message, StringComparison.Ordinal);
        lstm.eval();
        Assert.Equal(new Shape(4, 1, 3), module.Forward(module.Parameters, sequence).Shape);

        // and one that is put back into training mode
        var layers = Sequential(("drop", Dropout(0.3)), ("a", Linear(2, 2, dtype: torch.float64)));
        layers.eval();
        TorchModule later = TorchModule.Of(layers);
        layers.train();
        Assert.Contains("`drop`", Assert.Throws<ArgumentException>(() => later.Forward(later.Parameters, Tensor.Ones([1, 2]))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Buffers_AreInputs_WithoutADerivative()
    {
        (TorchModule module, Tensor x) = Of("normalized");
        ModuleTensors buffers = module.Buffers, moved = buffers.With("n.running_mean", Tensor.Ones([4]));

        Assert.Equal(["n.running_mean", "n.running_var"], buffers.Keys.Take(2));
        Assert.NotEqual(module.Forward(module.Parameters, x).Sum().ToScalar(), module.Forward(module.Parameters, moved, x).Sum().ToScalar());
        Assert.Equal(module.Buffers["n.running_mean"].ToArray<double>(), buffers["n.running_mean"].ToArray<double>());
        Assert.Contains("`n.running_mean`", Assert.Throws<NotSupportedException>(() => Diff.Grad(
            (Tensor mean) => module.Forward(module.Parameters, buffers.With("n.running_mean", mean), x).Sum(), Tensor.Ones([4]))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ParametersOfAnotherModule_AreRefusedByName()
    {
        TorchModule module = TorchModule.Of(Linear(2, 3, dtype: torch.float64)), other = TorchModule.Of(Linear(2, 4, dtype: torch.float64));
        TorchModule single = TorchModule.Of(Linear(2, 3));
        Tensor x = Tensor.Ones([1, 2]);

        Assert.Contains("`weight` is float64 [3, 2] in the module, and float64 [4, 2] was given",
            Assert.Throws<ShapeMismatchException>(() => module.Forward(other.Parameters, x)).Message, StringComparison.Ordinal);
        Assert.Contains("float32", Assert.Throws<ShapeMismatchException>(() => module.Forward(single.Parameters, x)).Message, StringComparison.Ordinal);
        Assert.Contains("0.weight", Assert.Throws<ArgumentException>(
            () => TorchModule.Of(Sequential(Linear(2, 3, dtype: torch.float64))).Forward(module.Parameters, x)).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => module.Parameters.With("weight", x));
        Assert.Throws<KeyNotFoundException>(() => module.Parameters.With("weigth", x));
    }

    // the penalty of a network that libtorch differentiates, by differences of the re-trained network
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hypergradient_ThroughAModule_IsADifference(bool isThere)
    {
        torch.random.manual_seed(3);
        TorchModule net = TorchModule.Of(Sequential(Linear(3, 4, dtype: torch.float64), Tanh(), Linear(4, 1, dtype: torch.float64)));
        Tensor Placed(Tensor tensor) => isThere ? tensor.To(TorchBackend.Cpu) : tensor;
        Tensor x = Placed(s_key.Normal([20, 3])), y = Placed(s_key.Fold(1).Normal([20, 1])), x2 = Placed(s_key.Fold(2).Normal([20, 3]));
        var inner = Objective.From((ModuleTensors w, Tensor h) => (net.Forward(w, x) - y).Square().Mean()
            + (h.Exp() * w.Values.Select(part => part.Square().Sum()).Aggregate((a, b) => a + b)));
        var outer = Objective.From((ModuleTensors w, Tensor h) => (net.Forward(w, x2) - y).Square().Mean());
        var problem = Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg(tolerance: 1e-11)), outer);
        ModuleTensors start = net.Parameters;
        Tensor at = Placed(Tensor.Scalar(-6));

        var g = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(tolerance: 1e-10)).Compute(problem, start, at);
        (double[] expected, double[] bound) = Richardson.Derivative(
            t => [outer.Evaluate(Argmin.Of(problem.Inner, start, Tensor.Scalar(-6 + (0.1 * t))), at).ToScalar()]);
        Assert.Equal(expected[0] / 0.1, g.EnsureConverged().ToScalar(), 1e-7);
        Assert.InRange(bound[0], 0, 1e-7);
    }

    private static (TorchModule Module, Tensor Input) Of(string name)
    {
        torch.random.manual_seed(5);
        switch (name)
        {
            case "convolution":
                return (TorchModule.Of(Sequential(("c", Conv2d(2, 3, 3, dtype: torch.float64)), ("t", Tanh()), ("p", AvgPool2d(2)), ("f", Flatten()),
                    ("l", Linear(12, 2, dtype: torch.float64)))), s_key.Normal([2, 2, 6, 6]));
            case "LSTM":
                var lstm = LSTM(3, 4, dtype: torch.float64);
                return (TorchModule.Of(lstm, x => lstm.forward(x[0]).Item1), s_key.Normal([5, 2, 3]));
            case "shared":
                var shared = Linear(3, 3, dtype: torch.float64);
                return (TorchModule.Of(Sequential(("first", shared), ("t", Tanh()), ("again", shared))), s_key.Normal([4, 3]));
            case "normalized":
                var norm = Sequential(("l", Linear(3, 4, dtype: torch.float64)), ("n", BatchNorm1d(4, dtype: torch.float64)), ("s", SiLU()),
                    ("g", LayerNorm(4, dtype: torch.float64)), ("d", Dropout(0.5)));
                norm.eval();
                return (TorchModule.Of(norm), s_key.Normal([4, 3]));
            default:
                var attention = MultiheadAttention(4, 2, 0);
                attention.to(torch.float64);
                attention.eval();
                return (TorchModule.Of(attention, x => attention.forward(x[0], x[0], x[0], null, false, null).Item1), s_key.Normal([3, 2, 4]));
        }
    }

    private static ModuleTensors Direction(ModuleTensors like, int seed)
    {
        ModuleTensors found = like;
        int next = 0;
        foreach (string name in like.Keys)
        {
            found = found.With(name, s_key.Fold(seed).Fold(next++).Normal(like[name].Shape));
        }

        return found;
    }

    private static ModuleTensors Moved(ModuleTensors at, ModuleTensors along, double t) =>
        at.Keys.Aggregate(at, (moved, name) => moved.With(name, at[name] + (t * along[name])));

    private static double Inner(ModuleTensors a, ModuleTensors b) => a.Keys.Sum(name => (a[name] * b[name]).Sum().ToScalar());

    // beside the error of the differences, roundings of the derivative itself
    private static double Tolerance(double bound) => Math.Max(bound, 1e-11);
}
