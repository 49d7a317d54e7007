namespace Hyperdiff.Benchmarks.Accuracy;

/// <summary>A quadratic <c>½ wᵀ(diag(d + e^λ) + U Uᵀ) w − bᵀw</c> as a map of gradient descent: wide, diagonal plus a low rank.</summary>
public static partial class Wide
{
    [InnerObjective]
    public static Tensor Train(Weights w, Penalty h, Tensor diagonal, Tensor u, Tensor b) =>
        (0.5 * ((diagonal + h.LogL2.Exp()) * w.W.Square()).Sum()) + (0.5 * w.W.MatMul(u).Square().Sum()) - (b * w.W).Sum();

    [GradientOf(nameof(Train))]
    private static partial Weights TrainGradient(Weights w, Penalty h, Tensor diagonal, Tensor u, Tensor b);

    [FixedPointMap]
    public static Weights Step(Weights w, Penalty h, Tensor diagonal, Tensor u, Tensor b, Tensor rate) => w - (rate * TrainGradient(w, h, diagonal, u, b));

    [OuterObjective]
    public static Tensor Validate(Weights w, Penalty h, Tensor target) => 0.5 * (w.W - target).Square().Sum();
}

/// <summary>Least squares with a penalty per feature as a map of gradient descent.</summary>
public static partial class LeastSquares
{
    [InnerObjective]
    public static Tensor Train(Weights w, Penalty h, [Batch] Tensor x, [Batch] Tensor y) => Fit(w, x, y) + (0.5 * (h.LogL2.Exp() * w.W.Square()).Sum());

    [GradientOf(nameof(Train))]
    private static partial Weights TrainGradient(Weights w, Penalty h, Tensor x, Tensor y);

    [FixedPointMap]
    public static Weights Step(Weights w, Penalty h, Tensor x, Tensor y, Tensor rate) => w - (rate * TrainGradient(w, h, x, y));

    [OuterObjective]
    public static Tensor Validate(Weights w, Penalty h, [Batch] Tensor x, [Batch] Tensor y) => Fit(w, x, y);

    private static Tensor Fit(Weights w, Tensor x, Tensor y) => 0.5 * (x.MatMul(w.W) - y).Square().Mean();
}

/// <summary>The equilibrium <c>w = A w + λ</c>.</summary>
public static partial class LinearEquilibrium
{
    [FixedPointMap]
    public static Weights Step(Weights w, Penalty h, Tensor a) => new(a.MatMul(w.W) + h.LogL2);

    [OuterObjective]
    public static Tensor Validate(Weights w, Penalty h, Tensor target) => 0.5 * (w.W - target).Square().Sum();
}
