namespace Hyperdiff.Testing;

/// <summary>Regressions with penalties whose samples are all on one rank, or shared among several: the same objectives.</summary>
internal sealed class RankSamples
{
    /// <summary>How many samples a minibatch draws.</summary>
    public const int Minibatch = 8;

    /// <summary>The size of w, λ and a sample.</summary>
    public const int Features = 4;

    // a prime, so that no number of ranks has equal shares
    private const int Training = 23;
    private const int Validation = 17;

    private static readonly ObjectiveForm<Tensor, Tensor, (Tensor X, Tensor Y)> s_train = Objective.OfData(
        ((Tensor X, Tensor Y) data, Tensor w, Tensor h) => (data.X.MatMul(w) - data.Y).Tanh().Square().Mean() + (0.5 * (h.Exp() * w * w).Sum()),
        "Train", Tree.Named(Tree.Tuple(Tree.Tensor, Tree.Tensor), "x", "y"), Tree.Tensor, Tree.Tensor, batch: ["x", "y"]);

    private static readonly ObjectiveForm<Tensor, Tensor, (Tensor X, Tensor Y)> s_validation = Objective.OfData(
        ((Tensor X, Tensor Y) data, Tensor w, Tensor h) => (data.X.MatMul(w) - data.Y).Square().Mean() + (0.1 * h.Square().Sum()),
        "Validation", Tree.Named(Tree.Tuple(Tree.Tensor, Tree.Tensor), "x", "y"), Tree.Tensor, Tree.Tensor, batch: ["x", "y"]);

    private readonly Ranks? _ranks;

    private RankSamples(Ranks? ranks)
    {
        _ranks = ranks;
        (X, Y) = (Share(Draw(1, [Training, Features])), Share(Draw(2, [Training])));
        (ValidationX, ValidationY) = (Share(Draw(3, [Validation, Features])), Share(Draw(4, [Validation])));
    }

    /// <summary>The samples of this rank, and their targets.</summary>
    public Tensor X { get; }

    /// <summary>The targets.</summary>
    public Tensor Y { get; }

    /// <summary>The inner objective: a bounded loss and a penalty for each feature, strongly convex near its minimum.</summary>
    public Objective<Tensor, Tensor> Inner => Across(s_train.Bind((X, Y)));

    /// <summary>The inner objective, in chunks of its samples.</summary>
    public Objective<Tensor, Tensor> InnerInChunks => Across(s_train.Bind((X, Y)).InChunks(3));

    /// <summary>The outer objective.</summary>
    public Objective<Tensor, Tensor> Outer => Across(s_validation.Bind((ValidationX, ValidationY)));

    /// <summary>The inner objective as a sum of its samples.</summary>
    public FiniteSum<Tensor, Tensor> InnerSum => Sum(X, Y);

    /// <summary>The outer objective as a sum of its samples.</summary>
    public FiniteSum<Tensor, Tensor> OuterSum => Sum(ValidationX, ValidationY);

    /// <summary>The first w.</summary>
    public Tensor Start { get; } = 0.1 * Draw(5, [Features]);

    /// <summary>λ.</summary>
    public Tensor Hyper { get; } = 0.3 * Draw(6, [Features]);

    private Tensor ValidationX { get; }

    private Tensor ValidationY { get; }

    /// <summary>All samples on one rank.</summary>
    public static RankSamples Whole() => new(null);

    /// <summary>A share of them on each.</summary>
    public static RankSamples Shared(Ranks ranks) => new(ranks);

    /// <summary>An outer objective over a state for each sample, and its target.</summary>
    public Objective<Tensor, Tensor> OfStates(ObjectiveForm<Tensor, Tensor, Tensor> form) => Across(form.Bind(Y));

    /// <summary>A first state for each sample of this rank.</summary>
    public Tensor States => Own(Tensor.ZerosLike(X));

    private FiniteSum<Tensor, Tensor> Sum(Tensor x, Tensor y)
    {
        FiniteSum<Tensor, Tensor> own = FiniteSum.From<Tensor, Tensor>(x.Shape[0], (w, h, i) =>
            ((x.TakeRows(i) * w).Sum() - y.TakeRows(i)).Tanh().Square() + (0.5 * (h.Exp() * w * w).Sum()), "Components");
        return _ranks is null ? own : own.Across(_ranks);
    }

    private Objective<Tensor, Tensor> Across(Objective<Tensor, Tensor> own) => _ranks is null ? own : own.Across(_ranks);

    private Tensor Own(Tensor tensor) => _ranks?.Own(tensor) ?? tensor;

    /// <summary>The rows of this rank.</summary>
    public Tensor Share(Tensor all) => _ranks?.Shard(all) ?? all;

    private static Tensor Draw(int seed, Shape shape) => RandomKey.FromSeed(seed).Normal(shape);
}
