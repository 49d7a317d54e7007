using Hyperdiff.Fixtures;

namespace Hyperdiff.Tests.Optimization;

/// <summary>Derivatives of single steps of Adam, bias correction included, early and late.</summary>
public sealed class OptimizerDerivativeTests
{
    private const double Rate = 0.01;

    public static TheoryData<int, double> Steps => new() { { 1, 1e-8 }, { 10, 1e-8 }, { 100, 1e-8 }, { 10_000, 1e-8 }, { 1, 0.1 }, { 10, 0.1 }, { 100, 0.1 },
        { 10_000, 0.1 } };

    [Theory]
    [MemberData(nameof(Steps))]
    public void Adam_InItsGradient_AgreesWithDifferences(int step, double epsilon)
    {
        const double Gamma = 0.7;
        OptimizerState<Tensor> before = Before(step);
        Tensor Moved(Tensor g) => Optimizer.Adam(Rate, epsilon: epsilon).Next(before, g).Parameters;
        double slope = Diff.Grad(Moved, Tensor.Scalar(Gamma)).ToScalar();

        // along γ(1 + z), in which the step changes on the scale of 1
        (double[] differences, double[] bound) = Richardson.Derivative(z => [Moved(Tensor.Scalar(Gamma * (1 + z))).ToScalar() / Rate]);
        double expected = differences[0] * Rate / Gamma;

        // at t = 1 and ε → 0 the step is η sign γ, and its slope what rounding leaves: an absolute tolerance; relative where ε makes the slope its own
        Assert.Equal(expected, slope, 1e-9 * Rate / Math.Abs(Gamma));
        if (epsilon == 0.1)
        {
            Assert.InRange(Math.Abs(slope / expected - 1), 0, Math.Max(1e-9, bound[0] / Math.Abs(differences[0])));
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Adam_InItsOwnNumbers_AgreesWithDifferences(int step, double epsilon)
    {
        OptimizerState<Tensor> before = Before(step);

        // h = (log η, logit β₁, logit β₂, log ε), moved by z/16: after 10⁴ steps β₂ᵗ changes e¹⁰-fold when the logit moves by 1
        const double Small = 1.0 / 16;
        Tensor at = Tensor.From([Math.Log(Rate), Math.Log(9), Math.Log(999), Math.Log(epsilon)]);
        Tensor Moved(Tensor h) => Optimizer.Adam(h[0].Exp(), h[1].Sigmoid(), h[2].Sigmoid(), h[3].Exp()).Next(before, Tensor.Scalar(0.7)).Parameters / Rate;
        double[] slopes = Diff.Grad(Moved, at).ToArray<double>();
        for (int i = 0; i < slopes.Length; i++)
        {
            double[] unit = new double[slopes.Length];
            unit[i] = Small;
            (double[] differences, double[] bound) = Richardson.Derivative(z => [Moved(at + (z * Tensor.From(unit))).ToScalar()]);

            // 1 − β₂ is 1/1000, and so known to 1000 ε; differences divide by the smallest step
            double rounding = 1000 * DType.Float64.Epsilon() / (Richardson.Step / 4);
            Assert.Equal(differences[0] / Small, slopes[i], (bound[0] + rounding) / Small);
        }
    }

    [Theory]
    [MemberData(nameof(OptimizerRules.Names), MemberType = typeof(OptimizerRules))]
    public void Step_FromNoGradientAtAll_HasFiniteDerivatives(string rule)
    {
        // √s at s = 0: the derivative is 0 by convention
        Tensor StepOf(Tensor h, Tensor g) => OptimizerRules.All[rule](h).Start(Tensor.Scalar(0)).Next(g).Parameters;
        Tensor zeros = Tensor.Zeros([4]);
        double inGradient = Diff.Grad(g => StepOf(zeros, g), Tensor.Scalar(0)).ToScalar();
        double[] inNumbers = Diff.Grad(h => StepOf(h, Tensor.Scalar(0)), zeros).ToArray<double>();
        double second = Diff.Grad(g => Diff.Grad(at => StepOf(zeros, at), g), Tensor.Scalar(0)).ToScalar();

        Assert.True(double.IsFinite(inGradient) && inGradient < 0, $"{inGradient}");
        Assert.All(inNumbers, slope => Assert.Equal(0, slope));
        Assert.True(double.IsFinite(second), $"{second}");
    }

    [Fact]
    public void Adam_FromNoGradientAtAll_HasTheSlopeOfItsFormula_WithTheRootConstant() =>
        // m/(1 − β₁) is γ, and the denominator ε
        Assert.Equal(-Rate / 0.1, Diff.Grad(g => Optimizer.Adam(Rate, epsilon: 0.1).Start(Tensor.Scalar(0)).Next(g).Parameters, Tensor.Scalar(0))
            .ToScalar(), 1e-15);

    [Fact]
    public void Beta1OfZero_HasADerivative()
    {
        // β₁ᵗ⁻¹ and ln β₁ meet at β₁ = 0: one-sided differences say what the slope is
        OptimizerState<Tensor> before = Optimizer.Adam(Rate, 0).Start(Tensor.Scalar(0)).Next(Tensor.Scalar(0.3));
        Tensor Moved(Tensor beta) => Optimizer.Adam(Rate, beta).Next(before, Tensor.Scalar(0.7)).Parameters / Rate;
        const double Small = 1e-7;
        double difference = (Moved(Tensor.Scalar(Small)).ToScalar() - Moved(Tensor.Scalar(0)).ToScalar()) / Small;

        Assert.Equal(difference, Diff.Grad(Moved, Tensor.Scalar(0)).ToScalar(), 10 * Small);
    }

    /// <summary>Adam before a step, at 0 so that the next parameters are the step itself, after steps along gradients that change sign and size.</summary>
    private static OptimizerState<Tensor> Before(int step)
    {
        OptimizerState<Tensor> start = Optimizer.Adam(Rate).Start(Tensor.Scalar(1));
        OptimizerState<Tensor> state = Loop.Iterate(step - 1, state => state.Next(0.3 + (0.8 * state.Counter.To(DType.Float64)).Sin()), start, start.Tree);
        return state.With(Tensor.Scalar(0), state.Memory, state.Counter);
    }
}
