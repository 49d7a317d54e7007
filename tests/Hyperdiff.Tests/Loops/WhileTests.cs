namespace Hyperdiff.Tests.Loops;

/// <summary>Loops that end by a condition.</summary>
public sealed class WhileTests
{
    private static readonly Tensor s_squares = Tensor.From([2.0, 9, 1e6, 0.25]);

    [Fact]
    public void While_IsNewtonsMethod_WithItsDerivative()
    {
        (Tensor root, Tensor steps) = Root(Tensor.Scalar(2.0));

        Assert.Equal(Math.Sqrt(2), root.ToScalar(), 4e-16);
        Assert.InRange(steps.ToScalar(), 3, 8);

        // the last Newton step has the exact derivative up to the error of the one before: ½/√a and −¼ a^(−3/2)
        Assert.Equal(0.5 / Math.Sqrt(2), Diff.Grad(a => Root(a).Carry, Tensor.Scalar(2.0)).ToScalar(), 1e-12);
        Assert.Equal(-0.25 * Math.Pow(2, -1.5), Diff.Grad(a => Diff.Grad(b => Root(b).Carry, a), Tensor.Scalar(2.0)).ToScalar(), 1e-9);
        Assert.Equal(0.5 / Math.Sqrt(2), Diff.Jvp(a => Root(a).Carry, Tensor.Scalar(2.0), Tensor.Scalar(1.0)).Tangent.ToScalar(), 1e-12);
    }

    [Fact]
    public void Vmap_StopsEveryItemByItself()
    {
        double[] steps = [.. Enumerable.Range(0, 4).Select(i => Root(s_squares[i]).Steps.ToScalar())];

        (Tensor roots, Tensor counts) = Diff.Vmap<Tensor, (Tensor, Tensor)>(a => Root(a), s_squares, resultTree: Tree.Tuple(Tree.Tensor, Tree.Tensor));
        Tensor derivatives = Diff.Vmap<Tensor, Tensor>(a => Diff.Grad(b => Root(b).Carry, a), s_squares);
        Tensor ofTheSum = Diff.Grad(a => Diff.Vmap<Tensor, Tensor>(b => Root(b).Carry, a).Sum(), s_squares);

        Assert.True(steps.Distinct().Count() > 1, "the items take different numbers of steps");
        Assert.Equal(steps, counts.To(DType.Float64).ToArray<double>());
        Assert.Equal([.. Enumerable.Range(0, 4).Select(i => Root(s_squares[i]).Carry.ToScalar())], roots.ToArray<double>());
        for (int i = 0; i < 4; i++)
        {
            double exact = Diff.Grad(b => Root(b).Carry, s_squares[i]).ToScalar();
            Assert.Equal(exact, derivatives[i].ToScalar(), 1e-14);
            Assert.Equal(exact, ofTheSum[i].ToScalar(), 1e-14);
        }
    }

    [Fact]
    public void Vmap_LeavesWhatADoneItemWouldDoOut()
    {
        // beyond its end the first item would divide by zero: 0/0 in the value, and in the derivative
        static Tensor f(Tensor c) => Loop.While(x => x > 1, x => (x - 1) * x / (x - 1), c, 5).Carry;
        static Tensor halve(Tensor c) => Loop.While(x => x > 1, x => x * 0.5, c, 50).Carry;

        Assert.Equal([1.0, 0.75], Diff.Vmap<Tensor, Tensor>(halve, Tensor.From([1.0, 3])).ToArray<double>());
        Assert.Equal([1.0, 0.25], Diff.Vmap<Tensor, Tensor>(c => Diff.Grad(halve, c), Tensor.From([1.0, 3])).ToArray<double>());
        Assert.Equal(1.0, Diff.Grad(f, Tensor.Scalar(1)).ToScalar());
    }

    [Fact]
    public void Vmap_FactorizesForTheItemsThatStepOnly()
    {
        // √x by a factorization while x > 2, which an item below has none of; nor has the derivative of one that made no step
        static Tensor f(Tensor c) => Loop.While(x => x > 2, x => Linalg.Cholesky(x.Reshape(1, 1)).Sum(), c, 5).Carry;

        Assert.Equal([2.0, -1, 1.5], Diff.Vmap<Tensor, Tensor>(f, Tensor.From([16.0, -1, 2.25])).ToArray<double>());
        Assert.Equal([0.03125, 1, 1 / 3.0], Diff.Vmap<Tensor, Tensor>(c => Diff.Grad(f, c), Tensor.From([16.0, -1, 2.25])).ToArray<double>());
    }

    [Fact]
    public void ALoopThatDoesNotEnd_Throws()
    {
        SolveException eager = Assert.Throws<SolveException>(() => Loop.While(c => c > 0, c => c * 0.5, Tensor.Scalar(1.0), 10));
        SolveException derived = Assert.Throws<SolveException>(() => Diff.Grad(x => Loop.While(c => c > 0, c => c * 0.5, x, 10).Carry, Tensor.Scalar(1.0)));

        Assert.Equal(SolveStatus.MaxIterations, Assert.Single(eager.Reports).Status);
        Assert.Equal(SolveStatus.MaxIterations, Assert.Single(derived.Reports).Status);
        Assert.Equal(10, eager.Reports[0].Iterations);
    }

    [Fact]
    public void ALoopThatEndsInNaN_Throws()
    {
        // NaN > 0 is false, which would end the loop as if all were well
        SolveException exception = Assert.Throws<SolveException>(() => Loop.While(c => c > 0, c => (c - 2).Log(), Tensor.Scalar(1.0), 10));

        Assert.Equal(SolveStatus.NonFiniteIterate, Assert.Single(exception.Reports).Status);
    }

    [Fact]
    public void Report_OfALoopWithinAGradient_IsReturned()
    {
        ValueAndGradient<Tensor> result = Diff.ValueAndGrad(a => Root(a).Carry, Tensor.Scalar(2.0));

        Assert.Equal("while loop", Assert.Single(result.Reports).Solver);
        Assert.True(result.Reports[0].Converged);
    }

    [Fact]
    public void ACondition_ThatIsNoTruth_IsRefused() => Assert.Contains(
        "All() or Any()",
        Assert.Throws<ShapeMismatchException>(() => Loop.While(c => c > 0, c => c, Tensor.Ones([2]), 3)).Message,
        StringComparison.Ordinal);

    // Newton's method for x² = a
    private static (Tensor Carry, Tensor Steps) Root(Tensor a) =>
        Loop.While(x => (x.Square() - a).Abs() > 1e-12 * a, x => 0.5 * (x + (a / x)), (1 + a) * 0.5, 100);
}
