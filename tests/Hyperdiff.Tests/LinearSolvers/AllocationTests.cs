namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>Iterations do not allocate vectors: what a solve takes of the heap does not grow with their number times their size.</summary>
public sealed class AllocationTests
{
    // so few that no array, a basis of twenty vectors among them, comes from the pool of large results, which gives one out again when the collector likes
    private const int Size = 6_000;

    public static TheoryData<string, Func<int, LinearSolver>> Solvers => new()
    {
        { "fixed point", updates => LinearSolver.FixedPoint(0, maxIterations: updates) },
        { "conjugate gradients", updates => LinearSolver.ConjugateGradient(0, maxIterations: updates) },
        { "BiCGStab", updates => LinearSolver.BiCgStab(0, maxIterations: updates) },
        { "descent", updates => LinearSolver.Descent(0.5, 0.1, 0, maxIterations: updates) },
        { "MINRES", updates => LinearSolver.Minres(0, maxIterations: updates) },
        { "LSMR", updates => LinearSolver.Lsmr(0, maxIterations: updates) },
        { "GMRES", updates => LinearSolver.Gmres(20, 0, maxIterations: updates) },
        { "Anderson", updates => LinearSolver.Anderson(5, 0, maxIterations: updates) },
        { "Broyden", updates => LinearSolver.Broyden(20, 0, maxIterations: updates) },
    };

    [Theory]
    [MemberData(nameof(Solvers))]
    public void Updates_AllocateNoVectors(string name, Func<int, LinearSolver> solver)
    {
        // a diagonal whose iterations go on for as long as they are let
        Tensor diagonal = Tensor.Wrap([.. Enumerable.Range(0, Size).Select(i => 0.1 + (1.8 * i / Size))], [Size]);
        LinearOperator matrix = LinearOperator.From(v => v * diagonal, new TensorType(DType.Float64, [Size]));
        Tensor[] rightHandSide = [Tensor.Ones([Size]) * diagonal.Sin()];
        long Allocated(int updates)
        {
            LinearSolver one = solver(updates);
            one.Solve(matrix, rightHandSide);

            // the runtime, too, allocates on this thread now and then: the least of some runs is what the solve takes
            return Enumerable.Range(0, 5).Min(_ =>
            {
                GiveUpResults();
                long before = GC.GetAllocatedBytesForCurrentThread();
                Assert.Equal(updates, one.Solve(matrix, rightHandSide).Report.Iterations);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            });
        }

        // large results that wait to be given out again would be missing in some runs
        static void GiveUpResults()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }

        long each = (Allocated(12) - Allocated(4)) / 8;

        Assert.True(each < Size * sizeof(double) / 10, $"{name}: {each} bytes an update");
    }

    [Fact]
    public void ASolveWithinATrace_IsDifferentiatedThroughItsIterations()
    {
        // five updates from zero for a v = 1: v = Σ_{k<5} (1 − a)ᵏ, so that v′ = −Σ k (1 − a)ᵏ⁻¹
        static Tensor truncated(Tensor a) =>
            LinearSolver.FixedPoint(0, maxIterations: 5).Solve(LinearOperator.From(v => a * v, new TensorType(DType.Float64, [])), [Tensor.Scalar(1)]).Value[0];

        double exact = -Enumerable.Range(1, 4).Sum(k => k * Math.Pow(0.7, k - 1));

        Assert.Equal(exact, Diff.Grad(truncated, Tensor.Scalar(0.3)).ToScalar(), 1e-14);
    }
}
