using Hyperdiff.Fixtures;

namespace Hyperdiff.Tests.Hypergradients.Differences;

/// <summary>The derivative of Adam's step in its gradient inside a hypergradient: by differentiation, and by the published formulas, whose errors are
/// known.</summary>
public sealed class SamaTests
{
    private const double Rate = 0.01;
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;

    private static readonly Tensor s_outerGradient = Tensor.From([1.0, -2, 0.5]);

    // γ = λ: the mixed derivative is I, and the hypergradient −(∂u/∂γ)ᵀ v itself
    private static readonly Objective<Tensor, Tensor> s_linear = Objective.From<Tensor, Tensor>((w, h) => (w * h).Sum(), "Linear");
    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>((w, _) => (w * s_outerGradient).Sum(), "Validate");
    private static readonly Tensor s_hyper = Tensor.From([0.7, -0.4, 0.2]);

    public static TheoryData<int> Steps => [1, 10, 100, 10_000];

    [Theory]
    [MemberData(nameof(Steps))]
    public void Differentiated_AgreesWithDifferences_BiasCorrectionIncluded(int step)
    {
        Optimizer adam = Optimizer.Adam(Rate, Beta1, Beta2, 0.1);
        OptimizerState<Tensor> before = Before(adam, step);
        Tensor derivative = Of(adam, before, StepDerivative.Differentiated, EvaluationPoint.BeforeLastStep).Gradient / Rate;

        // of one step from w = 0, in units of the rate; along γᵢ (1 + z)
        for (int i = 0; i < 3; i++)
        {
            Tensor direction = Tensor.From([.. Enumerable.Range(0, 3).Select(j => i == j ? s_hyper[i].ToScalar() : 0.0)]);
            (double[] difference, double[] bound) = Richardson.Derivative(
                z => [(adam.Next(before, s_hyper + (z * direction)).Parameters * s_outerGradient).Sum().ToScalar() / Rate]);

            Assert.Equal(difference[0], derivative[i].ToScalar() * s_hyper[i].ToScalar(), bound[0]);
        }
    }

    [Theory]
    [InlineData(10, 6.5)]
    [InlineData(100, 3.2)]
    [InlineData(10_000, 1)]
    public void PublishedFormula_LeavesOutTheBiasCorrection(int step, double known)
    {
        // ε → 0, as the formula assumes
        Optimizer adam = Optimizer.Adam(Rate, Beta1, Beta2, 1e-12);
        OptimizerState<Tensor> before = Before(adam, step);
        double[] exact = Of(adam, before, StepDerivative.Differentiated, EvaluationPoint.End).Gradient.ToArray<double>();
        double[] published = Of(adam, before, StepDerivative.Sama, EvaluationPoint.End).Gradient.ToArray<double>();

        // u = η (m/c₁)/√(s/c₂), so that without both corrections it is c₁/√c₂ times as much
        double factor = (1 - Math.Pow(Beta1, step)) / Math.Sqrt(1 - Math.Pow(Beta2, step));
        Assert.Equal(known, factor, 0.05);
        Assert.All(published.Zip(exact), both => Assert.Equal(factor, both.First / both.Second, 1e-6));
    }

    [Fact]
    public void PublishedFormula_IsZeroAtTheFirstStep()
    {
        Optimizer adam = Optimizer.Adam(Rate, Beta1, Beta2, 0.1);
        DartsHypergradient<OptimizerState<Tensor>, Tensor> published = Of(adam, Before(adam, 1), StepDerivative.Sama, EvaluationPoint.End);

        Assert.Equal([0.0, 0, 0], published.Gradient.ToArray<double>());
        Assert.Contains("bias correction", published.Warnings.Single(warning => warning.Kind == WarningKind.Approximation).Message, StringComparison.Ordinal);

        // with an ε that is not small, the step has a slope
        Assert.All(Of(adam, Before(adam, 1), StepDerivative.Differentiated, EvaluationPoint.End).Gradient.ToArray<double>(),
            slope => Assert.NotEqual(0, slope));
    }

    [Fact]
    public void ZeroGradients_GiveNoNaN()
    {
        Assert.All(new[] { StepDerivative.Differentiated, StepDerivative.Sama, StepDerivative.TensorwiseAdam }, derivative =>
        {
            DartsHypergradient<Tensor, Tensor> g = Hypergradient.Darts(1, derivative, EvaluationPoint.End)
                .Compute(Bilevel.Problem(s_linear.Unroll(Optimizer.Adam(Rate)), s_outer), Tensor.Zeros([3]), Tensor.Zeros([3]));

            Assert.True(g.Converged, g.ToString());
        });
    }

    [Fact]
    public void TensorwiseFormula_HasOneNumberPerTensor()
    {
        Optimizer adam = Optimizer.AdamW(Rate, Beta1, Beta2, 1e-8);
        OptimizerState<Tensor> before = Before(adam, 10);
        double mean = adam.Next(before, s_hyper).Memory[1].Square().Mean().ToScalar();
        double factor = Math.Sqrt(1 - Math.Pow(Beta2, 10)) / (Math.Sqrt(Beta2 * mean) + 1e-8);

        Assert.All(
            Of(adam, before, StepDerivative.TensorwiseAdam, EvaluationPoint.End).Gradient.ToArray<double>().Zip(s_outerGradient.ToArray<double>()),
            both => Assert.Equal(-factor * both.Second, both.First, 1e-13 * factor));
    }

    [Fact]
    public void Sgd_IsTheIdentity_WithoutTheRate()
    {
        Optimizer sgd = Optimizer.Sgd(Rate, 0.9);
        foreach (StepDerivative derivative in new[] { StepDerivative.Sama, StepDerivative.TensorwiseAdam })
        {
            Assert.Equal((-s_outerGradient).ToArray<double>(),
                Of(sgd, sgd.Start(Tensor.Zeros([3])), derivative, EvaluationPoint.End).Gradient.ToArray<double>());
        }
    }

    private static DartsHypergradient<OptimizerState<Tensor>, Tensor> Of(
        Optimizer rule, OptimizerState<Tensor> before, StepDerivative derivative, EvaluationPoint at) =>
        Hypergradient.Darts(1, derivative, at).Compute(Bilevel.Problem(s_linear.Unroll(rule), s_outer).WithMemory, before, s_hyper);

    /// <summary>The state before a step, at 0 so that the next parameters are the step itself, after steps along gradients that change sign and size.</summary>
    private static OptimizerState<Tensor> Before(Optimizer rule, int step)
    {
        OptimizerState<Tensor> start = rule.Start(Tensor.Zeros([3]));
        OptimizerState<Tensor> state = Loop.Iterate(step - 1,
            state => state.Next(Tensor.From([0.3, -0.1, 0.2]) + (0.8 * (state.Counter.To(DType.Float64) * Tensor.From([1.0, 1.3, 0.7])).Sin())), start,
            start.Tree);
        return state.With(Tensor.Zeros([3]), state.Memory, state.Counter);
    }
}
