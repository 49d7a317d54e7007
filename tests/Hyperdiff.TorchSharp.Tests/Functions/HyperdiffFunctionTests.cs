using System.Globalization;
using TorchSharp;

namespace Hyperdiff.TorchSharp.Tests.Functions;

/// <summary>Hyperdiff inside programs of TorchSharp. What might end the process runs in one of its own.</summary>
public sealed class HyperdiffFunctionTests
{
    private static readonly double[] s_point = [0.3, -1.2];

    // solves to 1e-13, of condition below 10
    [Theory]
    [InlineData("backward")]
    [InlineData("backward-twice")]
    public void FixedPoint_InAutogradsGraph_HasTheGradientsOfHyperdiff(string job) =>
        Assert.InRange(double.Parse(Output(job), CultureInfo.InvariantCulture), 0, 1e-10);

    [Fact]
    public void FailedAdjoint_GivesNaN_AndItsExceptionFromBackward() => Assert.Equal("1 MaxIterations True True", Output("failed-adjoint"));

    [Fact]
    public void FailedAdjoint_InABackwardPassOfTorchs_GivesNaN_AndIsRemembered() => Assert.Equal("SolveException True True", Output("failed-adjoint-alone"));

    [Fact]
    public void FailedSolve_WhenCalled_IsThrown() => Assert.Equal("1 True", Output("failed-forward"));

    [Fact]
    public void OtherFailures_GiveNaN_AndAreThrownByBackward() => Assert.Equal("no derivative True", Output("broken-derivative"));

    [Fact]
    public void Hypergradient_InAutogradsGraph_IsAValue()
    {
        var inner = Objective.From((Tensor w, Tensor h) => (w - h.Sin()).Square().Sum() + (0.5 * w.Square().Sum()));
        var outer = Objective.From((Tensor w, Tensor h) => w.Square().Sum() + h.Sum());
        var hypergradient = HyperdiffFunction.Of(h => Diff.Grad(
            (Tensor l) => outer.Evaluate(Argmin.Of(inner.MinimizedBy(Minimizer.NewtonCg(tolerance: 1e-12)), Tensor.Zeros([2]), l), l), h));
        using torch.Tensor x = torch.tensor(s_point, requires_grad: true), squares = hypergradient.Call(x * 2).square().sum();
        HyperdiffFunction.Backward(squares);

        // w* = ⅔ sin h, so ∇ℓ = 8/9 sin h cos h + 1 = 4/9 sin 2h + 1, at h = 2x
        double[] expected = [.. s_point.Select(a => 2 * ((4.0 / 9 * Math.Sin(4 * a)) + 1) * 16.0 / 9 * Math.Cos(4 * a))];
        Assert.Equal(expected[0], x.grad![0].ToDouble(), 1e-9);
        Assert.Equal(expected[1], x.grad![1].ToDouble(), 1e-9);
    }

    [Fact]
    public void Integers_SeveralResults_AndUnusedOnes_AreTaken()
    {
        var function = HyperdiffFunction.Of(x => [x[0].Take(x[1], 0) * 3, x[0].Square()]);
        using torch.Tensor x = torch.ones(3, torch.float32, requires_grad: true), indices = torch.full(2, 2, dtype: torch.int32);
        torch.Tensor[] results = function.Apply(x, indices);
        results[0].sum().backward();

        Assert.Equal([0f, 0, 6], x.grad!.data<float>().ToArray());
        Assert.Throws<InvalidOperationException>(() => function.Call(x, indices));
        Assert.Null(function.Failure);
    }

    [Fact]
    public void WithoutGradients_NothingIsRecorded()
    {
        using torch.Tensor x = torch.ones(3), y = HyperdiffFunction.Of(a => a.Sin()).Call(x);

        Assert.False(y.requires_grad);
        Assert.Equal(MathF.Sin(1), y[0].ToSingle(), 1e-6f);
    }

    private static string Output(string job)
    {
        (int exitCode, string output) = ChildProcess.Run(job);
        Assert.True(exitCode == 0, output);
        return output.Trim();
    }
}
