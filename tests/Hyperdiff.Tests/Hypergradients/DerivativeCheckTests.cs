using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>The check of a problem's derivatives: passes on right ones, finds wrong rules and names the leaf.</summary>
public sealed class DerivativeCheckTests
{
    private static readonly Tree<(Tensor, Tensor)> s_pair = Tree.Tuple(Tree.Tensor, Tree.Tensor);
    private static readonly (Tensor, Tensor) s_start = (Tensor.Zeros([2]), Tensor.Zeros([3]));
    private static readonly (Tensor, Tensor) s_hyper = (Tensor.From([0.3, -0.2]), Tensor.From([0.1, 0.2, -0.4]));
    private static readonly Objective<(Tensor, Tensor), (Tensor, Tensor)> s_outer = Objective.From<(Tensor, Tensor), (Tensor, Tensor)>(
        (w, h) => w.Item1.Square().Sum() + w.Item2.Square().Sum() + h.Item2.Exp().Sum(), state: s_pair, hyper: s_pair);

    [Fact]
    public void Check_OfARightContraction_Passes_ByEveryMethod()
    {
        Contraction problem = Contraction.InNorm(5, 4, 3);
        DerivativeCheck check = Bilevel.Problem(problem.Map, problem.Outer).Check(problem.Start, problem.Hyper);

        Assert.True(check.Passed, check.ToString());
        Assert.All(check.Lines, line => Assert.True(line.Outcome == CheckOutcome.Pass, check.ToString()));
        Assert.Equal(["forward", "implicit", "reverse"], check.Lines.Where(line => line.Function == "ℓ(λ)").Select(line => line.Method));
        Assert.Empty(check.Offenders);
        Assert.StartsWith("PASS: 11 of 11 derivatives compared; directions from RandomKey", check.ToString(), StringComparison.Ordinal);
        check.EnsurePassed();
    }

    // of the gradient of a mean of so many a random direction shows less than float32 rounds
    [Theory]
    [InlineData(10_000, 1.1)]
    [InlineData(200_000, 2)]
    [InlineData(200_000, 0)]
    public void Check_FindsAWrongRule_OfALargeLeafInFloat32(int size, double factor)
    {
        Tensor start = Tensor.Zeros([size], DType.Float32);
        for (int seed = 0; seed < 4; seed++)
        {
            DerivativeCheck right = Checked(1, seed), wrong = Checked(factor, seed);
            Assert.All(right.Lines, line => Assert.True(line.Outcome == CheckOutcome.Pass, right.ToString()));
            Assert.True(wrong.Lines.Where(line => line.Derivative != 0 || line.Difference != 0).All(line =>
                line.Function == "inner condition" || line.Outcome == CheckOutcome.Fail), wrong.ToString());
        }

        DerivativeCheck Checked(double by, int seed)
        {
            Func<Tensor, Tensor> square = Diff.CustomTangent((Tensor x) => x.Square(), (x, dx) => by * 2 * x * dx);
            return Bilevel.Problem(
                FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w.Tanh()) + h).SolvedBy(FixedPoint.Iteration()),
                Objective.From<Tensor, Tensor>((w, h) => square(w).Mean())).Check(
                    start, RandomKey.FromSeed(5 + seed).Normal([size], DType.Float32), RandomKey.FromSeed(seed));
        }
    }

    [Fact]
    public void Check_OfANonNormalMap_Passes()
    {
        Contraction problem = Contraction.InSpectrum(7, 5, 2);
        DerivativeCheck check = Bilevel.Problem(problem.Map, problem.Outer).Check(problem.Start, problem.Hyper, key: RandomKey.FromSeed(3));

        Assert.All(check.Lines, line => Assert.True(line.Outcome == CheckOutcome.Pass, check.ToString()));
    }

    [Fact]
    public void Check_OfARightMinimum_Passes()
    {
        StronglyConvex problem = StronglyConvex.Of(5, 4, 3);
        DerivativeCheck check = Bilevel.Problem(problem.Inner.MinimizedBy(Minimizer.NewtonCg()), problem.Outer).Check(problem.Start, problem.Hyper);

        Assert.All(check.Lines, line => Assert.True(line.Outcome == CheckOutcome.Pass, check.ToString()));
        Assert.Contains(check.Lines, line => line.Function == "inner objective");
        Assert.Equal(["forward", "implicit"], check.Lines.Where(line => line.Function == "ℓ(λ)").Select(line => line.Method));
    }

    [Fact]
    public void Check_FindsAWrongTangentRule_AndNamesItsLeaf()
    {
        Func<Tensor, Tensor> right = x => x.Exp();
        Func<Tensor, Tensor> wrong = Diff.CustomTangent<Tensor, Tensor>(x => x.Exp(), (x, tangent) => 1.01 * (x.Exp() * tangent));
        DerivativeCheck good = Map(right, right).Check(s_start, s_hyper);
        DerivativeCheck bad = Map(right, wrong).Check(s_start, s_hyper);

        Assert.True(good.Passed, good.ToString());
        Assert.False(bad.Passed);
        Assert.Equal("λ.Item2", Assert.Single(bad.Offenders));
        Assert.StartsWith("FAIL in λ.Item2; ", bad.ToString(), StringComparison.Ordinal);
        Assert.All(
            bad.Lines.Where(line => line.Leaf == "λ.Item2" && line.Function != "outer objective"),
            line => Assert.True(line.Outcome == CheckOutcome.Fail, bad.ToString()));
        Assert.Equal(bad.ToString(), Assert.Throws<InvalidOperationException>(bad.EnsurePassed).Message);
    }

    [Fact]
    public void Check_FindsAWrongRuleInTheState_AndNamesItsLeaf_NotThoseOfTheHyperparameters()
    {
        Func<Tensor, Tensor> wrong = Diff.CustomTangent<Tensor, Tensor>(x => x.Tanh(), (x, tangent) => tangent);
        FixedPointMap<(Tensor, Tensor), (Tensor, Tensor)> map = FixedPointMap.From<(Tensor, Tensor), (Tensor, Tensor)>(
            (w, h) => ((0.4 * wrong(w.Item1)) + h.Item1, (0.3 * w.Item2) + (h.Item2 * w.Item1.Sum())), state: s_pair, hyper: s_pair);
        DerivativeCheck check = Bilevel.Problem(map, s_outer).Check(s_start, s_hyper);

        Assert.Equal("w.Item1", Assert.Single(check.Offenders));
    }

    [Fact]
    public void Check_FindsAWrongCotangentRule()
    {
        Func<Tensor, Tensor> wrong = Diff.CustomCotangent<Tensor, Tensor>(x => x.Exp(), (_, y, cotangent) => 0.5 * (y * cotangent));
        DerivativeCheck check = Map(x => x.Exp(), wrong).Check(s_start, s_hyper);

        Assert.Equal("λ.Item2", Assert.Single(check.Offenders));
    }

    [Fact]
    public void Check_WhereTheInnerSolveDoesNotConverge_ComparesTheFunctions_AndSaysSo()
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (2 * w) + h);
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => w.Square().Sum() + h.Sum());
        DerivativeCheck check = Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(maxIterations: 3)), outer).Check(Tensor.Zeros([2]), Tensor.Ones([2]));

        Assert.DoesNotContain(check.Lines, line => line.Function == "ℓ(λ)");
        Assert.Contains("the inner solve ended as MaxIterations", check.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_AtAKink_DoesNotPass()
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + (h - 1).Relu());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Sum());
        DerivativeCheck check = Bilevel.Problem(map, outer).Check(Tensor.Zeros([1]), Tensor.Ones([1]));

        // central differences of relu at 0 are ½, the derivative by convention is 0
        Assert.False(check.Passed, check.ToString());
    }

    [Fact]
    public void Check_SkipsReverse_WhereTheIteratesDoNotContract()
    {
        // a rotation by a right angle, found because the start is the solution
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>(
            (w, h) => (Tensor.From(new double[,] { { 0, -1 }, { 1, 0 } }).MatMul(w - h)) + h);
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Square().Sum());
        DerivativeCheck check = Bilevel.Problem(map, outer).Check(Tensor.Ones([2]), Tensor.Ones([2]));

        CheckedDerivative reverse = Assert.Single(check.Lines, line => line.Method == "reverse" && line.Function == "ℓ(λ)");
        Assert.Equal(CheckOutcome.Skipped, reverse.Outcome);
        Assert.Contains("does not settle", reverse.Note, StringComparison.Ordinal);
    }

    private static FixedPointProblem<(Tensor, Tensor), (Tensor, Tensor)> Map(Func<Tensor, Tensor> first, Func<Tensor, Tensor> second) => Bilevel.Problem(
        FixedPointMap.From<(Tensor, Tensor), (Tensor, Tensor)>(
            (w, h) => ((0.4 * w.Item1.Tanh()) + first(h.Item1), (0.3 * w.Item2) + (second(h.Item2) * w.Item1.Sum())), state: s_pair, hyper: s_pair),
        s_outer);
}
