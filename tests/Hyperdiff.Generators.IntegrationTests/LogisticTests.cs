namespace Hyperdiff.Generators.IntegrationTests;

public sealed class LogisticTests
{
    private const double Tolerance = 1e-12;

    private static readonly Tensor s_x = Tensor.From(new double[,] { { 1, -2 }, { 0.5, 0.3 }, { -1, 0.7 } });
    private static readonly Tensor s_y = Tensor.From([1.0, 0.0, 1.0]);
    private static readonly Weights s_w = new(Tensor.From([0.2, -0.4]), Tensor.Scalar(0.1));
    private static readonly Penalty s_h = new(Tensor.From([-1.0, 0.5]));

    [Fact]
    public void TrainObjective_Evaluated_IsTheFormulaByHand()
    {
        double value = Logistic.TrainObjective(s_x, s_y).Evaluate(s_w, s_h).ToScalar();

        Assert.Equal(Value([0.2, -0.4], 0.1, [-1.0, 0.5]), value, Tolerance);
    }

    [Fact]
    public void TrainObjective_Gradient_IsTheDerivativeByHand()
    {
        Weights gradient = Logistic.TrainObjective(s_x, s_y).Gradient(s_w, s_h);

        (double[] w, double b) = Gradient([0.2, -0.4], 0.1, [-1.0, 0.5]);
        AssertClose(w, gradient.W);
        AssertClose([b], gradient.B);
    }

    [Fact]
    public void WeightsOfAnotherLength_Throw_AsTheReadmeSays()
    {
        Objective<Weights, Penalty> train = Logistic.TrainObjective(Tensor.Zeros([569, 30]), Tensor.Zeros([569]));
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(
            () => train.Evaluate(s_w with { W = Tensor.Zeros([31]) }, new Penalty(Tensor.Zeros([30]))));

        Assert.Equal("MatMul: [569, 30] · [31]: inner dimensions 30 and 31 differ (left: x, right: Weights.W).", exception.Message);
    }

    [Fact]
    public void StepMap_Applied_MovesAgainstTheGradientByHand()
    {
        Weights next = Logistic.StepMap(s_x, s_y, Tensor.Scalar(0.05)).Evaluate(s_w, s_h);

        (double[] w, double b) = Gradient([0.2, -0.4], 0.1, [-1.0, 0.5]);
        AssertClose([0.2 - (0.05 * w[0]), -0.4 - (0.05 * w[1])], next.W);
        AssertClose([0.1 - (0.05 * b)], next.B);
    }

    [Fact]
    public void StepMap_OverAThousandStepsWithAStepSizeSchedule_IsTracedOnce()
    {
        Weights w = s_w;
        FixedPointMap<Weights, Penalty> map = Logistic.StepMap(s_x, s_y, Tensor.Scalar(1.0, DType.Float64));
        int before = map.Traces;
        for (int k = 0; k < 1000; k++)
        {
            map = Logistic.StepMap(s_x, s_y, Tensor.Scalar(0.5 / Math.Sqrt(1 + k)));
            w = map.Evaluate(w, s_h);
        }

        // other tests of this class use the same form with the same shapes, which must not trace it again either
        Assert.Equal(1, map.Traces);
        Assert.InRange(before, 0, 1);
        Assert.True(Logistic.TrainObjective(s_x, s_y).Gradient(w, s_h).W.Square().Sum().ToScalar() < 1e-4);
    }

    [Fact]
    public void ValidateObjective_WithBatchParametersOfDifferentLengths_Throws()
    {
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(() => Logistic.ValidateObjective(s_x, Tensor.From([1.0, 0.0])));

        Assert.Contains("[Batch] x", exception.Message, StringComparison.Ordinal);
    }

    private static double Value(double[] w, double b, double[] logPenalty)
    {
        double sum = 0;
        for (int i = 0; i < 3; i++)
        {
            double z = Logit(w, b, i);
            sum += Math.Log(1 + Math.Exp(z)) - (s_y.ToArray<double>()[i] * z);
        }

        return (sum / 3) + (0.5 * ((Math.Exp(logPenalty[0]) * w[0] * w[0]) + (Math.Exp(logPenalty[1]) * w[1] * w[1])));
    }

    private static (double[] W, double B) Gradient(double[] w, double b, double[] logPenalty)
    {
        double[] x = s_x.ToArray<double>();
        double[] gradient = [Math.Exp(logPenalty[0]) * w[0], Math.Exp(logPenalty[1]) * w[1]];
        double bias = 0;
        for (int i = 0; i < 3; i++)
        {
            double residual = ((1 / (1 + Math.Exp(-Logit(w, b, i)))) - s_y.ToArray<double>()[i]) / 3;
            gradient[0] += residual * x[2 * i];
            gradient[1] += residual * x[(2 * i) + 1];
            bias += residual;
        }

        return (gradient, bias);
    }

    private static double Logit(double[] w, double b, int i)
    {
        double[] x = s_x.ToArray<double>();
        return (w[0] * x[2 * i]) + (w[1] * x[(2 * i) + 1]) + b;
    }

    private static void AssertClose(double[] expected, Tensor actual)
    {
        double[] values = actual.ToArray<double>();
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }
}
