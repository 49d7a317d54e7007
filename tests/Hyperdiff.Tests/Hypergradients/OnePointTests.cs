namespace Hyperdiff.Tests.Hypergradients;

/// <summary>w and λ are taken apart once per call and passed on so; they are put together when a result is asked for them.</summary>
public sealed class OnePointTests
{
    private static readonly CountingTree s_state = new();
    private static readonly CountingTree s_hyper = new();

    private static readonly FixedPointMap<Tensor, Tensor> s_map =
        new MapForm<Tensor, Tensor, ValueTuple>("Step", (w, h, _) => (0.5 * w) + h, s_state, s_hyper, Tree.Unit).Bind(default);

    private static readonly Objective<Tensor, Tensor> s_inner =
        new ObjectiveForm<Tensor, Tensor, ValueTuple>("Train", (w, h, _) => (w - h).Square().Sum(), s_state, s_hyper, Tree.Unit).Bind(default);

    private static readonly Objective<Tensor, Tensor> s_outer =
        new ObjectiveForm<Tensor, Tensor, ValueTuple>("Validate", (w, h, _) => (w * w).Sum() + h.Sum(), s_state, s_hyper, Tree.Unit).Bind(default);

    private static readonly Tensor s_w = Tensor.Zeros([2]);
    private static readonly Tensor s_h = Tensor.Ones([2]);

    private static readonly Dictionary<string, Func<HypergradientResult<Tensor, Tensor>>> s_calls = new()
    {
        ["implicit, map"] = () => Hypergradient.Implicit().Compute(Bilevel.Problem(s_map, s_outer), s_w, s_h),
        ["implicit, minimum"] = () => Hypergradient.Implicit().Compute(Bilevel.Problem(s_inner.MinimizedBy(Minimizer.NewtonCg()), s_outer), s_w, s_h),
        ["reverse"] = () => Hypergradient.Reverse(5).Compute(Bilevel.Problem(s_map, s_outer), s_w, s_h),
        ["forward"] = () => Hypergradient.Forward(5).Compute(Bilevel.Problem(s_map, s_outer), s_w, s_h),
        ["darts"] = () => Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End)
            .Compute(Bilevel.Problem(s_inner.MinimizedBy(Minimizer.NewtonCg()), s_outer), s_w, s_h),
    };

    public static TheoryData<string> Calls => new(s_calls.Keys);

    [Theory]
    [MemberData(nameof(Calls))]
    public void Structures_AreTakenApartOnce_AndPutTogetherWhenAskedFor(string name)
    {
        // traced once, which puts arguments together
        _ = s_calls[name]();
        s_state.Clear();
        s_hyper.Clear();
        HypergradientResult<Tensor, Tensor> g = s_calls[name]();

        Assert.Equal((1, 0), (s_state.Flattened, s_state.Rebuilt));
        Assert.Equal((1, 0), (s_hyper.Flattened, s_hyper.Rebuilt));
        Assert.True(g.Converged, g.ToString());
        _ = (g.Gradient, g.Gradient, g.State, g.State, g.Direct, g.Indirect);
        Assert.Equal((1, 1), (s_state.Flattened, s_state.Rebuilt));
        Assert.Equal((1, 3), (s_hyper.Flattened, s_hyper.Rebuilt));
    }

    private sealed class CountingTree : Tree<Tensor>
    {
        public int Flattened { get; private set; }

        public int Rebuilt { get; private set; }

        public void Clear() => (Flattened, Rebuilt) = (0, 0);

        public override void Flatten(Tensor value, LeafWriter writer)
        {
            Flattened++;
            writer.Leaf(string.Empty, value);
        }

        public override Tensor Rebuild(Tensor prototype, LeafReader reader)
        {
            Rebuilt++;
            return reader.Leaf();
        }
    }
}
