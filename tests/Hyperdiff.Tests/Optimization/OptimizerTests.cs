namespace Hyperdiff.Tests.Optimization;

public sealed class OptimizerTests
{
    private static readonly double[] s_gradients = [0.5, -0.2, 0.9, 0.1, -0.7];

    // five steps of a few operations each, on numbers of order 1
    private const double Rounding = 1e-15;

    [Fact]
    public void Sgd_StepsAgainstTheGradient() =>
        Assert.Equal([0.95, 2.1], Optimizer.Sgd(0.1).Start(Tensor.From([1.0, 2])).Next(Tensor.From([0.5, -1.0])).Parameters.ToArray<double>());

    [Fact]
    public void Sgd_WithMomentumDampeningAndDecay_TakesTheStepsOfPyTorch()
    {
        double m = 0;
        AssertSteps(Optimizer.Sgd(0.1, 0.9, 0.3, 0.01), (t, x, g) =>
        {
            g += 0.01 * x;
            m = t == 1 ? g : (0.9 * m) + (0.7 * g);
            return x - (0.1 * m);
        });
    }

    [Fact]
    public void HeavyBall_CarriesPartOfTheLastStepAlong()
    {
        double last = 1;
        AssertSteps(Optimizer.HeavyBall(0.1, 0.9), (_, x, g) =>
        {
            double next = x - (0.1 * g) + (0.9 * (x - last));
            last = x;
            return next;
        });
    }

    [Fact]
    public void Nesterov_TakesTheStepsOfPyTorch()
    {
        double m = 0;
        AssertSteps(Optimizer.Nesterov(0.1, 0.9, 0.01), (_, x, g) =>
        {
            g += 0.01 * x;
            m = (0.9 * m) + g;
            return x - (0.1 * (g + (0.9 * m)));
        });
    }

    [Fact]
    public void Adam_TakesTheStepsOfItsFormula()
    {
        (double m, double s) = (0, 0);
        AssertSteps(Optimizer.Adam(0.1), (t, x, g) => x - AdamStep(t, g, ref m, ref s));
    }

    [Fact]
    public void Adam_WithWeightDecay_AddsItToTheGradient()
    {
        (double m, double s) = (0, 0);
        AssertSteps(Optimizer.Adam(0.1, weightDecay: 0.01), (t, x, g) => x - AdamStep(t, g + (0.01 * x), ref m, ref s));
    }

    [Fact]
    public void AdamW_ShrinksTheParameters_AndLeavesTheGradient()
    {
        (double m, double s) = (0, 0);
        AssertSteps(Optimizer.AdamW(0.1), (t, x, g) => ((1 - (0.1 * 0.01)) * x) - AdamStep(t, g, ref m, ref s));
    }

    [Fact]
    public void RmsProp_WithMomentum_TakesTheStepsOfPyTorch()
    {
        (double m, double s) = (0, 0);
        AssertSteps(Optimizer.RmsProp(0.1, 0.9, 1e-3, 0.5, 0.01), (_, x, g) =>
        {
            g += 0.01 * x;
            s = (0.9 * s) + (0.1 * g * g);
            m = (0.5 * m) + (g / (Math.Sqrt(s) + 1e-3));
            return x - (0.1 * m);
        });
    }

    [Fact]
    public void RmsProp_DividesByTheRootOfTheMean()
    {
        double s = 0;
        AssertSteps(Optimizer.RmsProp(0.1), (_, x, g) => x - (0.1 * g / (Math.Sqrt(s = (0.99 * s) + (0.01 * g * g)) + 1e-8)));
    }

    [Fact]
    public void Adagrad_DividesByTheRootOfTheSum_WithPyTorchsDecayOfTheRate()
    {
        double s = 0.25;
        AssertSteps(
            Optimizer.Adagrad(Schedule.InverseTime(0.1, 0.5), initialSum: 0.25),
            (t, x, g) => x - (0.1 / (1 + (0.5 * (t - 1))) * g / (Math.Sqrt(s += g * g) + 1e-10)));
    }

    [Theory]
    [MemberData(nameof(OptimizerRules.Names), MemberType = typeof(OptimizerRules))]
    public void Float32_StaysFloat32(string rule)
    {
        OptimizerState<Tensor> state = OptimizerRules.All[rule](Tensor.Zeros([4])).Start(Tensor.Ones([2], DType.Float32)).Next(Tensor.Ones([2], DType.Float32));

        Assert.Equal(DType.Float32, state.Parameters.DType);
        Assert.All(state.Memory, slot => Assert.Equal(DType.Float32, slot.DType));
    }

    [Fact]
    public void State_IsAValue_SoThatTwoPathsFromItDoNotInterfere()
    {
        OptimizerState<Tensor> state = Optimizer.Adam(0.1).Start(Tensor.Scalar(1)).Next(Tensor.Scalar(1));
        double first = state.Next(Tensor.Scalar(2)).Parameters.ToScalar();
        _ = state.Next(Tensor.Scalar(-7));

        Assert.Equal(first, state.Next(Tensor.Scalar(2)).Parameters.ToScalar());
    }

    [Fact]
    public void IndicesWithinTheParameters_StayAsTheyAre()
    {
        Tree<(Tensor, Tensor)> tree = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        (Tensor, Tensor) start = (Tensor.Ones([2]), Tensor.From([3, 4]));
        OptimizerState<(Tensor, Tensor)> state = Optimizer.Adam(0.1).Start(start, tree).Next((Tensor.Ones([2]), Tensor.From([9, 9])));

        Assert.Equal([3, 4], state.Parameters.Item2.ToArray<int>());
        Assert.NotEqual(1, state.Parameters.Item1.ToArray<double>()[0]);
    }

    [Fact]
    public void Gradient_OfAnotherShape_Throws_WithBoth()
    {
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(() => Optimizer.Sgd(1).Start(Tensor.Zeros([2])).Next(Tensor.Zeros([3])));

        Assert.Contains("leaf x is float64 [2] in one and float64 [3] in the other", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StateOfAnotherRule_Throws_WithBothCounts()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => Optimizer.Adam().Next(Optimizer.HeavyBall(0.1, 0.9).Start(Tensor.Scalar(0)), Tensor.Scalar(1)));

        Assert.StartsWith("Optimizer.Adam: the rule remembers 2 structures and the state has 1; begin with the Start of this rule.", exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void MemoryOfAnotherRule_Throws_WithBothCounts()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Optimizer.Sgd(0.1).Start(Tensor.Scalar(0)).WithMemory(Tensor.Scalar(1)));

        Assert.StartsWith("OptimizerState.WithMemory: Optimizer.Sgd remembers 0 structures, not 1.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MemoryOfAnotherShape_Throws_WithBoth()
    {
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(
            () => Optimizer.HeavyBall(0.1, 0.9).Start(Tensor.Zeros([2])).WithMemory(Tensor.Zeros([3])));

        Assert.Contains("OptimizerState.WithMemory: leaf x is float64 [2] in one and float64 [3] in the other", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(OptimizerRules.Names), MemberType = typeof(OptimizerRules))]
    public void GradientThatIsNoNumber_MakesParametersThatAreNone(string rule) =>
        Assert.True(double.IsNaN(OptimizerRules.All[rule](Tensor.Zeros([4])).Start(Tensor.Scalar(1)).Next(Tensor.Scalar(double.NaN)).Parameters.ToScalar()));

    [Fact]
    public void MeanOfSquaresBelowZero_IsNotTakenForZero() =>
        Assert.True(double.IsNaN(Optimizer.Adagrad().Start(Tensor.Scalar(1)).WithMemory(Tensor.Scalar(-4)).Next(Tensor.Scalar(1)).Parameters.ToScalar()));

    [Fact]
    public void NumbersOutOfRange_Throw_AndNameThem()
    {
        Assert.Equal("rate", Assert.Throws<ArgumentOutOfRangeException>(() => Optimizer.Sgd(0)).ParamName);
        Assert.Equal("rate", Assert.Throws<ArgumentOutOfRangeException>(() => Optimizer.HeavyBall(double.NaN, 0.5)).ParamName);
        Assert.Equal("momentum", Assert.Throws<ArgumentOutOfRangeException>(() => Optimizer.Sgd(0.1, 1)).ParamName);
        Assert.Equal("beta2", Assert.Throws<ArgumentOutOfRangeException>(() => Optimizer.Adam(0.1, beta2: 1)).ParamName);
        Assert.Equal("epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => Optimizer.RmsProp(0.1, epsilon: -1)).ParamName);
        Assert.Equal("weightDecay", Assert.Throws<ArgumentOutOfRangeException>(() => Optimizer.AdamW(weightDecay: -1)).ParamName);
        Assert.Equal("initialSum", Assert.Throws<ArgumentOutOfRangeException>(() => Optimizer.Adagrad(initialSum: -1)).ParamName);
        Assert.Contains("at least 0 and below 1", Assert.Throws<ArgumentOutOfRangeException>(() => Optimizer.Adam(0.1, beta1: 1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void NumberThatIsNoScalar_Throws_WithTheRemedy()
    {
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(() => Optimizer.Sgd(Tensor.Ones([3])));

        Assert.Contains("a floating scalar, not float64 [3]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("scale the gradient", exception.Message, StringComparison.Ordinal);
    }

    private static double AdamStep(int t, double g, ref double m, ref double s)
    {
        (m, s) = ((0.9 * m) + ((1 - 0.9) * g), (0.999 * s) + ((1 - 0.999) * g * g));
        return 0.1 * (m / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(s / (1 - Math.Pow(0.999, t))) + 1e-8);
    }

    private static void AssertSteps(Optimizer optimizer, Func<int, double, double, double> step)
    {
        OptimizerState<Tensor> state = optimizer.Start(Tensor.Scalar(1));
        double x = 1;
        for (int t = 1; t <= s_gradients.Length; t++)
        {
            x = step(t, x, s_gradients[t - 1]);
            state = state.Next(Tensor.Scalar(s_gradients[t - 1]));

            Assert.Equal(x, state.Parameters.ToScalar(), Rounding);
            Assert.Equal(t, state.Steps);
        }
    }
}
