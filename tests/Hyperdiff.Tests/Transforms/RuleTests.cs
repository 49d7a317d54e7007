namespace Hyperdiff.Tests.Transforms;

/// <summary>Functions whose derivative the user decides on: checkpointed ones, and those with rules of their own.</summary>
public sealed class RuleTests
{
    private static readonly Tensor s_point = Tensor.From([0.3, -1.2, 2.5]);

    [Fact]
    public void Checkpoint_ChangesNoDerivative()
    {
        static Tensor f(Tensor x) => (x.Sin() * x.Exp()).Sum();
        Func<Tensor, Tensor> g = Diff.Checkpoint<Tensor, Tensor>(f);

        Assert.Equal(Diff.Grad(f, s_point).ToArray<double>(), Diff.Grad(g, s_point).ToArray<double>());
        Assert.Equal(Diff.Hessian(f, s_point).ToArray<double>(), Diff.Hessian(g, s_point).ToArray<double>());
        Assert.Equal(Diff.Grad(x => Diff.Grad(f, x).Square().Sum(), s_point).ToArray<double>(),
            Diff.Grad(x => Diff.Grad(g, x).Square().Sum(), s_point).ToArray<double>());
    }

    [Fact]
    public void Checkpoint_OfWhatIsTakenFromOutside_IsDifferentiatedThere() => Assert.Equal(
        Diff.Grad(a => (a * s_point).Sin().Sum(), Tensor.Scalar(2)).ToScalar(),
        Diff.Grad(a => Diff.Checkpoint<Tensor, Tensor>(x => (a * x).Sin())(s_point).Sum(), Tensor.Scalar(2)).ToScalar());

    [Fact]
    public void Checkpoint_KeepsNothingInBetween()
    {
        Tensor turn = Tensor.Eye(300);
        Func<Tensor, Tensor> block = x => Enumerable.Range(0, 6).Aggregate(x, (y, _) => turn.MatMul(y).Sin());
        Func<Tensor, Tensor> kept = Diff.Checkpoint(block);
        Tensor at = Tensor.Eye(300);

        // four blocks of six products: without checkpoints all residuals, with them the inputs of the blocks, and one block's residuals at a time
        long without = Diff.PeakMemory(x => block(block(block(block(x)))).Sum(), at);
        long with = Diff.PeakMemory(x => kept(kept(kept(kept(x)))).Sum(), at);

        Assert.True(with < 0.6 * without, $"{with} bytes with checkpoints, {without} without");
    }

    [Fact]
    public void CustomTangent_ReplacesTheDerivative_InBothModes()
    {
        Func<Tensor, Tensor> f = Diff.CustomTangent<Tensor, Tensor>(x => x.Round(), (_, tangent) => 2 * tangent);

        Assert.Equal([0.0, -1, 2], f(s_point).ToArray<double>());
        Assert.Equal([2.0, 2, 2], Diff.Grad(x => f(x).Sum(), s_point).ToArray<double>());
        Assert.Equal([2.0, 4, 6], Diff.Jvp(f, s_point, Tensor.From([1.0, 2, 3])).Tangent.ToArray<double>());
        Assert.Equal([2.0, 2, 2], Diff.Vmap<Tensor, Tensor>(x => Diff.Grad(f, x), s_point).ToArray<double>());
    }

    [Fact]
    public void CustomTangent_OfZero_IsStructurallyZero_InBothModes()
    {
        // the rule does not look at its tangent: what it writes down is no function of it
        Func<Tensor, Tensor> f = Diff.CustomTangent<Tensor, Tensor>(x => x.Square(), (x, _) => Tensor.ZerosLike(x));

        Assert.Equal([0.0, 0, 0], Diff.Grad(x => f(x).Sum(), s_point).ToArray<double>());
        Assert.Equal([0.0, 0, 0], Diff.Jvp(f, s_point, s_point).Tangent.ToArray<double>());
        Assert.Equal([1.0, 1, 1], Diff.Grad(x => (f(x) + x).Sum(), s_point).ToArray<double>());
    }

    [Fact]
    public void CustomCotangent_MayBeAnything_InReverse()
    {
        // the identity that clips what comes back
        Func<Tensor, Tensor> clipped = Diff.CustomCotangent<Tensor, Tensor>(x => x, (_, _, cotangent) => cotangent.Clamp(-1, 1));

        Assert.Equal([0.6, -1, 1], Diff.Grad(x => clipped(x).Square().Sum(), s_point).ToArray<double>());
        NotSupportedException exception = Assert.Throws<NotSupportedException>(() => Diff.Jvp(clipped, s_point, s_point));
        Assert.Contains("not linear in the cotangent", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Masks that a loop computes of what is linear are no more known than those of a comparison.</summary>
    [Fact]
    public void CustomCotangent_ThatChoosesInALoop_IsRefusedInForwardMode()
    {
        Func<Tensor, Tensor> clipped = Diff.CustomCotangent<Tensor, Tensor>(
            x => x, (_, _, cotangent) => Loop.Iterate(2, (Tensor one) => one.Clamp(-1, 1), cotangent));

        Assert.Equal([0.6, -1, 1], Diff.Grad(x => clipped(x).Square().Sum(), s_point).ToArray<double>());
        Assert.Contains(
            "not linear in the cotangent", Assert.Throws<NotSupportedException>(() => Diff.Jvp(clipped, s_point, s_point)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CustomCotangent_ThatIsLinear_WorksInForwardModeToo()
    {
        Func<Tensor, Tensor> f = Diff.CustomCotangent<Tensor, Tensor>(x => x.Exp(), (_, y, cotangent) => y * cotangent);

        Assert.Equal(s_point.Exp().ToArray<double>(), Diff.Jvp(f, s_point, Tensor.Ones([3])).Tangent.ToArray<double>());
        Assert.Equal(Diff.Hessian(x => x.Exp().Sum(), s_point).ToArray<double>(), Diff.Hessian(x => f(x).Sum(), s_point).ToArray<double>());
    }

    [Fact]
    public void ADifferentiatedTensorFromOutside_IsRefused()
    {
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() =>
            Diff.Grad(a => Diff.CustomTangent<Tensor, Tensor>(x => a * x, (_, tangent) => a * tangent)(s_point).Sum(), Tensor.Scalar(2)));

        Assert.Contains("Make it part of the argument", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARuleWithAnotherShape_IsRefused() => Assert.Contains(
        "what the rule returns",
        Assert.Throws<ShapeMismatchException>(() => Diff.CustomTangent<Tensor, Tensor>(x => x, (_, tangent) => tangent.Sum())(s_point)).Message,
        StringComparison.Ordinal);
}
