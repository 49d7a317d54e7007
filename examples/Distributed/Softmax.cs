namespace Distributed;

/// <summary>The weights of a linear classifier.</summary>
[Tree]
public sealed partial record Linear(Tensor W, Tensor B);

/// <summary>A logit per training sample: σ of it is how much the sample counts.</summary>
[Tree]
public sealed partial record Trust(Tensor Logits);

/// <summary>A linear classifier whose training samples count more or less. Samples are what a rank has a share of; weights and trust are whole on every
/// rank.</summary>
public static partial class Softmax
{
    private const double Ridge = 0.005;

    /// <summary><c>(1/n) Σ σ(λᵢ) CEᵢ(w) + ½ρ‖w‖²</c>; <paramref name="sample"/> is i.</summary>
    [InnerObjective]
    public static Tensor Train(Linear w, Trust h, [Batch] Tensor x, [Batch] Tensor y, [Batch] Tensor sample) =>
        (h.Logits.Take(sample).Sigmoid() * CrossEntropies(w, x, y)).Mean() + (0.5 * Ridge * (w.W.Square().Sum() + w.B.Square().Sum()));

    /// <summary>The mean cross-entropy on clean samples.</summary>
    [OuterObjective]
    public static Tensor Validate(Linear w, Trust h, [Batch] Tensor x, [Batch] Tensor y) => CrossEntropies(w, x, y).Mean();

    private static Tensor CrossEntropies(Linear w, Tensor x, Tensor y) => -(y * (x.MatMul(w.W) + w.B).LogSoftmax()).Sum(1);
}
