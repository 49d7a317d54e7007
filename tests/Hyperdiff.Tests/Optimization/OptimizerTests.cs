namespace Hyperdiff.Tests.Optimization;

public sealed class OptimizerTests
{
    [Fact]
    public void Adam_TakesTheStepsOfItsFormula()
    {
        const double Rate = 0.1, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
        double[] gradients = [0.5, -0.2, 0.9];
        OptimizerState<Tensor> state = Optimizer.Adam(Rate, Beta1, Beta2, Epsilon).Start(Tensor.Scalar(1));
        (double x, double m, double s) = (1, 0, 0);
        for (int t = 1; t <= gradients.Length; t++)
        {
            double g = gradients[t - 1];
            (m, s) = ((Beta1 * m) + ((1 - Beta1) * g), (Beta2 * s) + ((1 - Beta2) * g * g));
            x -= Rate * (m / (1 - Math.Pow(Beta1, t))) / (Math.Sqrt(s / (1 - Math.Pow(Beta2, t))) + Epsilon);
            state = state.Next(Tensor.Scalar(g));

            Assert.Equal(x, state.Parameters.ToScalar(), 1e-15);
            Assert.Equal(t, state.Steps);
        }
    }

    [Fact]
    public void Sgd_StepsAgainstTheGradient() =>
        Assert.Equal([0.95, 2.1], Optimizer.Sgd(0.1).Start(Tensor.From([1.0, 2])).Next(Tensor.From([0.5, -1.0])).Parameters.ToArray<double>());

    [Fact]
    public void State_IsAValue_SoThatTwoPathsFromItDoNotInterfere()
    {
        OptimizerState<Tensor> state = Optimizer.Adam(0.1).Start(Tensor.Scalar(1)).Next(Tensor.Scalar(1));
        double first = state.Next(Tensor.Scalar(2)).Parameters.ToScalar();
        _ = state.Next(Tensor.Scalar(-7));

        Assert.Equal(first, state.Next(Tensor.Scalar(2)).Parameters.ToScalar());
    }

    [Fact]
    public void Gradient_OfAnotherShape_Throws_WithBoth()
    {
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(() => Optimizer.Sgd(1).Start(Tensor.Zeros([2])).Next(Tensor.Zeros([3])));

        Assert.Contains("leaf x is float64 [2] in one and float64 [3] in the other", exception.Message, StringComparison.Ordinal);
    }
}
