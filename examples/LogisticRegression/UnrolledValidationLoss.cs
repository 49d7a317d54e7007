namespace LogisticRegression;

/// <summary>The loss after a fixed number of gradient-descent steps, and its derivative backwards through all of them.</summary>
/// <remarks>
/// It starts from the weights of the step before, so that the steps of the whole search add up, and is the exact derivative of what those steps compute. It
/// comes close to that of the minimum as far as <see cref="Steps"/> steps reach: along directions of small curvature that is not all the way.
/// </remarks>
internal sealed class UnrolledValidationLoss(Split split) : ValidationLoss(split)
{
    /// <summary>The steps per hypergradient.</summary>
    public const int Steps = 200;

    // of the power iteration; the bound on the curvature need not be sharp
    private const int PowerIterations = 50;
    private const double Margin = 1.05;

    public override Func<Settings, double> Resolving(Weights start, Settings at)
    {
        FixedPointMap<Weights, Settings> map = Map(at);
        return h =>
        {
            Weights w = start;
            for (int step = 0; step < Steps; step++)
            {
                w = map.Evaluate(w, h);
            }

            return Outer.Evaluate(w, h).ToScalar();
        };
    }

    protected override HypergradientResult<Weights, Settings> Compute(Weights start, Settings h, HypergradientResult<Weights, Settings>? previous) =>
        Hypergradient.Reverse(Steps).Compute(Bilevel.Problem(Map(h), Outer), start, h);

    /// <summary>The map of gradient descent with step size 1/L. The step size is data: it is not differentiated, and changing it compiles nothing.</summary>
    private FixedPointMap<Weights, Settings> Map(Settings h)
    {
        Tensor x = Split.Train.X;
        double curvature = LargestEigenvalue(Logistic.Features(h, x, x)) / 4, smoothness = Margin * (curvature + (h.LogL2.Exp().ToScalar() / x.Shape[0]));
        return Logistic.StepMap(x, Split.Targets, Split.HeldOut, Tensor.Scalar(1 / smoothness));
    }

    /// <summary>The largest eigenvalue of XᵀX/n for standardised features, by power iteration; the intercept adds an eigenvalue 1, which is never larger, and a
    /// fold that leaves samples out has a smaller one.</summary>
    private static double LargestEigenvalue(Tensor x)
    {
        Tensor v = Tensor.Ones([x.Shape[1]]);
        for (int i = 0; i < PowerIterations; i++)
        {
            v /= v.Norm();
            v = x.Transpose().MatMul(x.MatMul(v)) / x.Shape[0];
        }

        return Math.Max(1, v.Norm().ToScalar());
    }
}
