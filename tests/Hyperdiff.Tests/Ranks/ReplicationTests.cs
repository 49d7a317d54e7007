using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.AcrossRanks;

/// <summary>The types of tensors say what is the same on all ranks, so that a derivative of one share alone cannot be taken for that of all.</summary>
public sealed class ReplicationTests
{
    private static readonly ObjectiveForm<Tensor, Tensor, Tensor> s_form = Objective.OfData(
        (Tensor x, Tensor w, Tensor h) => x.MatMul(w).Square().Mean() + (h * w * w).Sum(), "Fit", Tree.Tensor, Tree.Tensor, Tree.Tensor, batch: ["data"]);

    private static readonly Tensor s_x = RandomKey.FromSeed(1).Normal([7, 3]), s_w = RandomKey.FromSeed(2).Normal([3]), s_h = Tensor.Ones([3]);

    [Fact]
    public void WhatIsComputedFromAShare_DiffersAsIt_AndASumOverRanksDoesNot() => Each(ranks =>
    {
        Tensor share = ranks.Shard(s_x), product = share.MatMul(s_w), mean = product.Square().Mean(), total = mean.SumOver(ranks);

        Assert.Same(ranks, share.Type.VariesAcross);
        Assert.Same(ranks, mean.Type.VariesAcross);
        Assert.Null(total.Type.VariesAcross);
        Assert.Null((s_w * s_h).Type.VariesAcross);
        Assert.Equal($"float64 {share.Shape} of rank {ranks.Rank}", share.Type.ToString());
    });

    [Fact]
    public void Shares_CoverAllRowsOnce() => Assert.Equal(
        s_x.ToArray<double>(), Hyperdiff.Ranks.InProcess(3, ranks => ranks.Shard(s_x).ToArray<double>()).SelectMany(rows => rows));

    [Fact]
    public void ALocalGradient_CannotBeWritten() => Each(ranks =>
    {
        Tensor share = ranks.Shard(s_x);
        Tensor Loss(Tensor w) => share.MatMul(w).Square().Mean();
        Objective<Tensor, Tensor> bound = s_form.Bind(share), lambda = Objective.From<Tensor, Tensor>((w, h) => Loss(w) + (h * w).Sum(), "Local");
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => w - share.Mean(0), "Step");

        Refused("The result of a function that is differentiated is float64 [] of rank", () => Diff.Grad((Tensor w) => Loss(w), s_w));
        Refused("The result of a function that is differentiated is float64 [] of rank", () => Diff.Jvp((Tensor w) => Loss(w), s_w, s_w));
        Refused("The result of a function that is differentiated", () => Diff.Hvp((Tensor w) => Loss(w), s_w, s_w));
        Refused("What Fit returns is float64 [] of rank", () => bound.Gradient(s_w, s_h));
        Refused("What Fit returns is float64 [] of rank", () => bound.MinimizedBy(Minimizer.NewtonCg()).Solve(s_w, s_h));
        Refused("What Local returns is float64 [] of rank", () => lambda.Evaluate(s_w, s_h));
        Refused("What Step returns is float64 [3] of rank", () => map.SolvedBy(FixedPoint.Iteration()).Solve(s_w, s_h));
        Refused("A value that is read while tracing is float64 [] of rank", () => Diff.Grad((Tensor w) => Loss(w).ToScalar() * w.Sum(), s_w));

        static void Refused(string beginning, Func<object> call)
        {
            string message = Assert.ThrowsAny<InvalidOperationException>(call).Message;
            Assert.StartsWith(beginning, message, StringComparison.Ordinal);
            Assert.Contains("(objective.Across(ranks))", message, StringComparison.Ordinal);
        }
    });

    [Fact]
    public void AMeanByHand_HasTheDerivativesOfAll() => Each(ranks =>
    {
        Tensor share = ranks.Shard(s_x);
        Tensor Shared(Tensor w) => share.MatMul(w).Sin().Mean().MeanOver(ranks, share.Shape[0]) + w.Exp().Sum();
        Tensor Whole(Tensor w) => s_x.MatMul(w).Sin().Mean() + w.Exp().Sum();

        Close(Diff.Grad(Whole, s_w), Diff.Grad(Shared, s_w));
        Close(Diff.Hvp(Whole, s_w, s_h), Diff.Hvp(Shared, s_w, s_h));
        Close(Diff.Jacobian((Tensor w) => Diff.Grad(Whole, w), s_w), Diff.Jacobian((Tensor w) => Diff.Grad(Shared, w), s_w));
        Tensor both = Tensor.Stack(0, s_w, s_h);
        Close(Diff.Vmap((Tensor w) => Diff.Grad(Whole, w))(both), Diff.Vmap((Tensor w) => Diff.Grad(Shared, w))(both));
    });

    [Fact]
    public void ABatchOfTheSamplesOfAShare_HasTheDerivativesOfAll() => Each(ranks =>
    {
        Tensor share = ranks.Shard(s_x);
        Tensor Losses(Tensor w, Tensor rows) => Diff.Vmap((Tensor row) => ((row * w).Sum() + w[0]).Tanh())(rows);

        Close(Diff.Grad((Tensor w) => Losses(w, s_x).Sum(), s_w), Diff.Grad((Tensor w) => Losses(w, share).Sum().SumOver(ranks), s_w));
    });

    [Fact]
    public void ALoopOfEachRankAlone_AndOneInWhichTheyExchange() => Each(ranks =>
    {
        Tensor share = ranks.Shard(s_x);

        // a carry that begins replicated and differs after a step; and steps whose number is another on each rank
        Tensor Recurrent(Tensor w, Tensor rows) => Loop.Scan<Tensor, Tensor, ValueTuple>(
            (carry, row) => ((carry + (row * w).Sum()).Tanh(), default), Tensor.Zeros([]), rows).Carry;
        Tensor Counted(Tensor w, Tensor rows) => Loop.While(
            (Tensor z) => z.Abs().Sum() > 1, z => 0.5 * z, rows.MatMul(w), 50).Carry.Square().Sum();
        Tensor Iterated(Tensor w, Tensor rows, Func<Tensor, Tensor> over) => Loop.Iterate(
            3, z => z - (0.1 * Diff.Grad((Tensor v) => over(rows.MatMul(v).Square().Sum()), z)), w).Sum();

        Assert.Equal(3, s_w.Count);
        Close(
            Diff.Grad((Tensor w) => Shares(ranks).Select(rows => Recurrent(w, rows)).Aggregate((a, b) => a + b), s_w),
            Diff.Grad((Tensor w) => Recurrent(w, share).SumOver(ranks), s_w));
        Close(
            Diff.Grad((Tensor w) => Shares(ranks).Select(rows => Counted(w, rows)).Aggregate((a, b) => a + b), s_w),
            Diff.Grad((Tensor w) => Counted(w, share).SumOver(ranks), s_w));
        Close(
            Diff.Grad((Tensor w) => Iterated(w, s_x, value => value), s_w),
            Diff.Grad((Tensor w) => Iterated(w, share, value => value.SumOver(ranks)), s_w));

        Assert.StartsWith("Loop.While: the condition of a loop in which ranks exchange numbers is bool [] of rank", Assert.Throws<InvalidOperationException>(
            () => Loop.While((Tensor z) => share.Sum() > z, z => z + (share * z).Sum().SumOver(ranks), Tensor.Zeros([]), 5)).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void AKink_IsCountedOverAllRanks() => Each(ranks =>
    {
        ObjectiveForm<Tensor, Tensor, Tensor> form = Objective.OfData(
            (Tensor x, Tensor w, Tensor h) => (x.MatMul(w).Abs().Mean()) + (h * w * w).Sum(), "Deviation", Tree.Tensor, Tree.Tensor, Tree.Tensor,
            batch: ["data"]);
        Objective<Tensor, Tensor> smooth = s_form.Bind(s_x), whole = form.Bind(s_x), across = form.Bind(ranks.Shard(s_x)).Across(ranks);
        Assert.Equal(Warnings(whole), Warnings(across));
        Assert.Contains(Warnings(across), warning => warning.Contains("Abs", StringComparison.Ordinal));

        // at w = 0 all samples are at the kink
        string[] Warnings(Objective<Tensor, Tensor> outer) => [.. Hypergradient.Implicit()
            .Compute(Bilevel.Problem(smooth.MinimizedBy(Minimizer.NewtonCg()), outer), Tensor.Zeros([3]), s_h).Warnings.Select(warning => warning.ToString())];
    });

    [Fact]
    public void UnknownsThatEachRankHas_AreSolvedAlone_AndOthersRefused() => Each(ranks =>
    {
        Tensor share = ranks.Shard(s_x), start = ranks.Own(Tensor.ZerosLike(share));
        FixedPointMap<Tensor, Tensor> coupled = FixedPointMap.From<Tensor, Tensor>((z, h) => (0.1 * z) + share - z.Mean().SumOver(ranks), "Coupled");

        string message = Assert.Throws<InvalidOperationException>(() => coupled.SolvedBy(FixedPoint.Iteration()).Solve(start, s_h)).Message;
        Assert.StartsWith("Coupled: the unknown differs from rank to rank, and the ranks exchange numbers in its condition", message, StringComparison.Ordinal);
    });

    [Fact]
    public void ALoopThatWouldSaveTheUnknownsOfOneRank_IsRefused() => Each(ranks =>
    {
        Tensor share = ranks.Shard(s_x);
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((z, h) => (0.4 * z.Tanh()) + (share * h));
        ObjectiveForm<Tensor, Tensor, Tensor> outer = Objective.OfData(
            (Tensor x, Tensor z, Tensor h) => (z - x).Square().Mean(), "Distance", Tree.Tensor, Tree.Tensor, Tree.Tensor, batch: ["data"]);
        OuterLoop<Tensor, Tensor> loop = OuterLoop.Over(
            Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration()), outer.Bind(share).Across(ranks)), Hypergradient.Implicit())
            .With(Optimizer.Adam(0.1)).Until(Stop.AfterSteps(2));
        Tensor start = ranks.Own(Tensor.ZerosLike(share));
        string path = Path.Combine(Path.GetTempPath(), $"hyperdiff-{Guid.NewGuid():N}.npz");

        string message = Assert.Throws<InvalidOperationException>(() => loop.SavedTo(path).From(start, s_h).ToEnd()).Message;

        Assert.StartsWith(
            $"OuterLoop: w is float64 {share.Shape} of rank {ranks.Rank}: every rank has another, and a file holds", message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        Assert.Equal(1, loop.From(start, s_h).ToEnd()!.Record.Step);
    });

    [Fact]
    public void AHypergradientCheck_HoldsOverRanks() => Each(ranks =>
    {
        Objective<Tensor, Tensor> across = s_form.Bind(ranks.Shard(s_x)).Across(ranks);
        MinimizationProblem<Tensor, Tensor> problem = Bilevel.Problem(
            Objective.From<Tensor, Tensor>((w, h) => across.Evaluate(w - 1, h), "Shifted").MinimizedBy(Minimizer.NewtonCg(1e-10)), across);

        problem.Check(s_w, s_h).EnsurePassed();
    });

    [Fact]
    public void ProblemsOfSeveralLevels_GoOverRanks()
    {
        double[] whole = Gradient(s_form.Bind(s_x), s_form.Bind(s_x));
        Each(ranks =>
        {
            Objective<Tensor, Tensor> across = s_form.Bind(ranks.Shard(s_x)).Across(ranks);
            Assert.Equal(whole, Gradient(across, across), (a, b) => Math.Abs(a - b) <= 1e-8 * (1 + Math.Abs(a)));
        });

        // the hypergradient of a hypergradient: one level's solution is differentiated within another's
        static double[] Gradient(Objective<Tensor, Tensor> inner, Objective<Tensor, Tensor> outer)
        {
            Objective<Tensor, Tensor> middle = Objective.From<Tensor, Tensor>((v, g) =>
                outer.Evaluate(Argmin.Of(inner.MinimizedBy(Minimizer.NewtonCg(1e-12)), v, g), g) + (v - 1).Square().Sum());
            return Diff.Grad((Tensor h) => outer.Evaluate(Argmin.Of(middle.MinimizedBy(Minimizer.NewtonCg(1e-11)), s_w, h), h), s_h).ToArray<double>();
        }
    }

    [Fact]
    public void WhatIsSharedOutTooOften_IsRefused() => Each(ranks =>
    {
        Objective<Tensor, Tensor> whole = s_form.Bind(ranks.Shard(s_x)), across = whole.Across(ranks);
        Objective<Tensor, Tensor> lambda = Objective.From<Tensor, Tensor>((w, h) => (w * h).Sum(), "Energy");

        Assert.Equal($"Own: {ranks.Shard(s_x).Type} belongs to other ranks (threads).",
            Assert.Throws<InvalidOperationException>(() => whole.Across(Ranks.Single)).Message);
        Assert.Equal("Across: Fit is across ranks already; use it once, last: objective.InChunks(1000).Across(ranks).",
            Assert.Throws<InvalidOperationException>(() => across.Across(ranks)).Message);
        Assert.Equal("InChunks: Fit is across ranks already; use it once, last: objective.InChunks(1000).Across(ranks).",
            Assert.Throws<InvalidOperationException>(() => across.InChunks(2)).Message);
        Assert.Equal("Across: Energy has no [Batch] parameters, so that nothing says what a sample is; mark those of its data that hold samples.",
            Assert.Throws<InvalidOperationException>(() => lambda.Across(ranks)).Message);
        Assert.Equal($"Shard: float64 [2, 3] has 2 rows, and there are 3 ranks: one would have none. Start fewer ranks. (Parameter 'all')",
            Assert.Throws<ArgumentException>(() => ranks.Shard(s_x.Slice(0, 0, 2))).Message);
        Assert.Equal("Across: Fit: rank 1 of 3 has no samples. Start no more ranks than there are samples, and give each a share.",
            Assert.Throws<ArgumentException>(() => s_form.Bind(s_x.Slice(0, 0, ranks.Rank == 1 ? 0 : 2)).Across(ranks)).Message);
        Assert.Equal("A minibatch of Fit holds 2 samples, and there are 3 ranks: one would have none. Start fewer ranks, or give more samples.",
            Assert.Throws<ArgumentException>(() => Descent.Soba(0.1, 0.1).Minimize(
                Bilevel.Problem(across.OnMinibatches(2), across.OnMinibatches(2)), s_w, s_h)).Message);
    });

    [Fact]
    public void OtherHyperparametersOnOneRank_AreTold()
    {
        RanksDisagreeException told = Assert.Throws<RanksDisagreeException>(() => Hyperdiff.Ranks.InProcess(
            3, ranks => s_form.Bind(ranks.Shard(s_x)).Across(ranks).Gradient(s_w, ranks.Rank == 2 ? 2 * s_h : s_h).Sum().ToScalar()));

        Assert.Contains("the values of w, λ", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherFunctionOnOneRank_IsTold()
    {
        ObjectiveForm<Tensor, Tensor, Tensor> other = Objective.OfData(
            (Tensor x, Tensor w, Tensor h) => x.MatMul(w).Square().Mean() + (h * w * w).Sum(), "Fits", Tree.Tensor, Tree.Tensor, Tree.Tensor, batch: ["data"]);

        RanksDisagreeException told = Assert.Throws<RanksDisagreeException>(() => Hyperdiff.Ranks.InProcess(
            3, ranks => (ranks.Rank == 2 ? other : s_form).Bind(ranks.Shard(s_x)).Across(ranks).Evaluate(s_w, s_h).ToScalar()));

        Assert.Contains("the functions that run", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALargeState_TakesOneExchangePerGradient_AndNoneMore() => Each(ranks =>
    {
        Objective<Tensor, Tensor> across = s_form.Bind(ranks.Shard(s_x)).Across(ranks);
        FlatTree<Tensor> w = across.Function.FlattenState(s_w), h = across.Function.FlattenHyper(s_h);
        BoundGraph bound = across.Function.Bind(w, h);
        Graph gradient = Derivatives.Gradient(bound.Graph, [.. bound.State.Items, .. bound.Hyper.Items]);

        // the value, and both gradients in one
        Assert.Equal(2, gradient.Equations.Count(equation => equation.Primitive is SumOverRanks));
        long before = ranks.Collectives;
        gradient.Call(bound.Operands(w.Tensors, h.Tensors));
        Assert.Equal(2, ranks.Collectives - before);
    });

    private static IEnumerable<Tensor> Shares(Hyperdiff.Ranks ranks) => Enumerable.Range(0, ranks.Count).Select(
        rank => s_x.Slice(0, 7 * rank / ranks.Count, 7 * (rank + 1) / ranks.Count));

    private static void Each(Action<Hyperdiff.Ranks> program) => Hyperdiff.Ranks.InProcess(3, ranks =>
    {
        program(ranks);
        return true;
    });

    // sums of some tens of rounded terms
    private static void Close(Tensor expected, Tensor actual) =>
        Assert.Equal(expected.ToArray<double>(), actual.ToArray<double>(), (a, b) => Math.Abs(a - b) <= 100 * DType.Float64.Epsilon() * (1 + Math.Abs(a)));
}
