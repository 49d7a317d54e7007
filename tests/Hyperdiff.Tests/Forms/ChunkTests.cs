using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Forms;

/// <summary>Objectives over samples in chunks: the same values and derivatives, in less memory.</summary>
public sealed class ChunkTests
{
    private const int Samples = 100;
    private const int Features = 7;

    private static readonly ObjectiveForm<Tensor, Tensor, (Tensor X, Tensor Y, Tensor Scale)> s_form = new(
        "Train",
        (w, h, data) => (((data.X * data.Scale).MatMul(w).Tanh() - data.Y).Square().Mean() * h.Sum().Exp()) + (h.Exp() * w.Square()).Sum(),
        Tree.Tensor,
        Tree.Tensor,
        Tree.Tuple(Tree.Tensor, Tree.Tensor, Tree.Tensor),
        "Item1",
        "Item2");

    private static readonly Tensor s_w = RandomKey.FromSeed(4).Normal([Features]), s_h = RandomKey.FromSeed(5).Normal([Features]);

    /// <summary>Sizes that divide the samples and sizes that leave a rest; one, and more than there are.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(25)]
    [InlineData(30)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(1000)]
    public void AnySize_HasTheSameValueAndDerivatives(int size)
    {
        Objective<Tensor, Tensor> whole = Train(Samples), chunked = whole.InChunks(size);
        Tensor direction = RandomKey.FromSeed(6).Normal([Features]);

        Same(whole.Evaluate(s_w, s_h), chunked.Evaluate(s_w, s_h));
        Same(whole.Gradient(s_w, s_h), chunked.Gradient(s_w, s_h));
        Same(Hvp(whole, direction), Hvp(chunked, direction));
        Same(Mixed(whole, direction), Mixed(chunked, direction));
        Same(Minimum(whole), Minimum(chunked));

        // sums of a hundred terms, and a second derivative of order 10
        static void Same(Tensor expected, Tensor actual) =>
            Assert.Equal(expected.ToArray<double>(), actual.ToArray<double>(), (a, b) => Math.Abs(a - b) <= 1000 * DType.Float64.Epsilon() * (1 + Math.Abs(a)));
    }

    [Fact]
    public void WithinMemory_TakesTheLargestChunksThatFit()
    {
        const int Many = 1 << 14;
        Objective<Tensor, Tensor> whole = Train(Many);
        long all = Bytes(whole), allowed = all / 4;
        long within = Bytes(whole.WithinMemory(allowed));

        Assert.InRange(within, allowed / 4, allowed);
        Assert.Equal(all, Bytes(whole.WithinMemory(all)));
    }

    [Fact]
    public void WithinMemory_ThatIsTooLittleForOneSample_SaysHowMuchItTakes()
    {
        string message = Assert.Throws<InvalidOperationException>(() => Train(Samples).WithinMemory(8).Evaluate(s_w, s_h)).Message;

        Assert.Matches("^WithinMemory: a gradient takes [0-9]+ bytes with one sample at a time, and 8 were allowed; allow more.$", message);
    }

    [Fact]
    public void AnObjectiveWithoutSamples_IsRefused()
    {
        Objective<Tensor, Tensor> lambda = Objective.From<Tensor, Tensor>((w, h) => (w * h).Sum(), "Energy");

        string message = Assert.Throws<InvalidOperationException>(() => lambda.InChunks(10)).Message;

        Assert.Equal("InChunks: Energy has no [Batch] parameters, so that nothing says what a chunk is; mark those of its data that hold samples.", message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Train(Samples).InChunks(0));
    }

    private static Objective<Tensor, Tensor> Train(int samples) => s_form.Bind(
        (RandomKey.FromSeed(1).Normal([samples, Features]), RandomKey.FromSeed(2).Normal([samples]), RandomKey.FromSeed(3).Uniform([Features])));

    private static Tensor Hvp(Objective<Tensor, Tensor> f, Tensor direction) => Diff.Hvp((Tensor w) => f.Evaluate(w, s_h), s_w, direction);

    private static Tensor Mixed(Objective<Tensor, Tensor> f, Tensor direction) => Diff.Grad((Tensor h) => (f.Gradient(s_w, h) * direction).Sum(), s_h);

    private static Tensor Minimum(Objective<Tensor, Tensor> f) =>
        Diff.Grad((Tensor h) =>
            Argmin.Of(f.MinimizedBy(Minimizer.NewtonCg(1e-12)), Tensor.Zeros([Features]), h, LinearSolver.ConjugateGradient(1e-13)).Sum(), s_h);

    private static long Bytes(Objective<Tensor, Tensor> f)
    {
        BoundGraph bound = f.Function.Bind(f.Function.FlattenState(s_w), f.Function.FlattenHyper(s_h));
        return Derivatives.Gradient(bound.Graph, [.. bound.State.Items, .. bound.Hyper.Items]).Executable(HostExecution.Backend).PeakBytes;
    }
}
