using Hyperdiff.Lifting;

namespace Hyperdiff.Tests.Lifting;

/// <summary>A solve or a factorization in a branch of a lifted method fails only where the branch is taken.</summary>
public sealed class GuardedTests
{
    // derivatives of √x by a factorization, and of an adjoint solve, in double precision
    private const double Tolerance = 1e-12;

    public static TheoryData<double> Points => [4, -1, 0, 2.25];

    [Theory]
    [MemberData(nameof(Points))]
    public void Factorization_IsMadeOnlyWhereTheBranchIsTaken(double x)
    {
        Tensor at = Tensor.Scalar(x), one = Tensor.Scalar(1);

        Assert.Equal(x > 0 ? Math.Pow(x, 1.5) : 3 * x, Diff.Jvp<Tensor, Tensor>(Factorized, at, one).Value.ToScalar(), Tolerance);
        Assert.Equal(x > 0 ? 1.5 * Math.Sqrt(x) : 3, Diff.Grad(Factorized, at).ToScalar(), Tolerance);
        Assert.Equal(x > 0 ? 1.5 * Math.Sqrt(x) : 3, Diff.Jvp<Tensor, Tensor>(Factorized, at, one).Tangent.ToScalar(), Tolerance);
        Assert.Equal(x > 0 ? 0.75 / Math.Sqrt(x) : 0, Diff.Hvp(Factorized, at, one).ToScalar(), Tolerance);
    }

    [Fact]
    public void Factorization_OfABatch_IsMadeForTheItemsThatTakeTheBranch()
    {
        Tensor batch = Tensor.From([4.0, -1, 0, 2.25]);
        double[] slopes = [3, 3, 3, 2.25];

        AssertClose([8, -3, 0, 3.375], Diff.Vmap<Tensor, Tensor>(Factorized, batch));
        AssertClose(slopes, Diff.Vmap<Tensor, Tensor>(x => Diff.Grad(Factorized, x), batch));
        AssertClose(slopes, Diff.Grad(all => Diff.Vmap<Tensor, Tensor>(Factorized, all).Sum(), batch));
        AssertClose([0.375, 0, 0, 0.5], Diff.Hvp(all => Diff.Vmap<Tensor, Tensor>(Factorized, all).Sum(), batch, Tensor.Ones([4])));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.5)]
    [InlineData(-0.25)]
    public void Solve_IsMadeOnlyWhereTheBranchIsTaken(double x)
    {
        // w = x w + 1 has the solution 1/(1 − x); its iteration diverges for |x| > 1
        bool taken = Math.Abs(x) < 1;

        Assert.Equal(taken ? 1 / (1 - x) : 0, Diff.Jvp<Tensor, Tensor>(Solved, Tensor.Scalar(x), Tensor.Scalar(1)).Value.ToScalar(), 1e-9);
        Assert.Equal(taken ? 1 / ((1 - x) * (1 - x)) : 0, Diff.Grad(Solved, Tensor.Scalar(x)).ToScalar(), 1e-9);
    }

    [Fact]
    public void Solve_OfABatch_IsMadeForTheItemsThatTakeTheBranch()
    {
        Tensor batch = Tensor.From([0.5, 1.5, -0.25]);

        AssertClose([2, 0, 0.8], Diff.Vmap<Tensor, Tensor>(Solved, batch), 1e-9);
        AssertClose([4, 0, 0.64], Diff.Vmap<Tensor, Tensor>(x => Diff.Grad(Solved, x), batch), 1e-9);
    }

    [Fact]
    public void WhatCannotFail_IsComputedAsItIs()
    {
        var call = new LiftedCall();
        Tensor traced = Diff.Grad(
            x =>
            {
                call.Enter(Truth.Of(x > 0));
                Tensor sine = call.Guarded(() => x.Sin(), Tree.Tensor);
                call.Leave();
                return sine;
            },
            Tensor.Scalar(-1));

        Assert.Equal(Math.Cos(-1), traced.ToScalar(), Tolerance);
    }

    [Fact]
    public void ConditionsThatAreKnown_GuardNothing()
    {
        var call = new LiftedCall();
        call.Enter(true);

        Assert.Throws<LinearAlgebraException>(() => call.Guarded(() => Linalg.Cholesky(Tensor.Full([1, 1], -1)), Tree.Tensor));
    }

    [Fact]
    public void Factorization_OfConstantsThatFails_IsToldWithTheCondition()
    {
        NotSupportedException thrown = Assert.Throws<NotSupportedException>(() => Diff.Grad(
            x =>
            {
                var call = new LiftedCall();
                call.Enter(Truth.Of(x > 0));
                return call.Guarded(() => Linalg.Cholesky(Tensor.Full([1, 1], -1)), Tree.Tensor).Sum() * x;
            },
            Tensor.Scalar(1)));

        Assert.IsType<LinearAlgebraException>(thrown.InnerException);
        Assert.Contains("both branches of it are computed", thrown.Message, StringComparison.Ordinal);
    }

    private static Tensor Factorized(Tensor x)
    {
        var call = new LiftedCall();
        Truth positive = Truth.Of(x > 0);
        call.Enter(positive);
        Tensor root = call.Guarded(() => Linalg.Cholesky(x.Reshape(1, 1)), Tree.Tensor);
        call.Leave();
        return LiftedCall.Choose(positive, root.Sum() * x, 3 * x);
    }

    private static Tensor Solved(Tensor x)
    {
        var call = new LiftedCall();
        Truth contracts = Truth.Of(x.Abs() < 1);
        call.Enter(contracts);
        (Tensor solution, Tensor twice) = call.Guarded(
            () =>
            {
                Tensor found = FixedPoint.Of(
                    FixedPointMap.From<Tensor, Tensor>((w, h) => (h * w) + 1).SolvedBy(FixedPoint.Iteration(maxIterations: 500)), Tensor.Scalar(1), x);
                return (found, 2 * found);
            },
            Tree.Tuple(Tree.Tensor, Tree.Tensor));
        call.Leave();
        return LiftedCall.Choose(contracts, twice - solution, Tensor.ZerosLike(x));
    }

    private static void AssertClose(double[] expected, Tensor actual, double tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, actual.Count);
        Assert.All(expected.Zip(actual.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
