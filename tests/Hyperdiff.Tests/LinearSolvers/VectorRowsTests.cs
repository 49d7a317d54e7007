using Hyperdiff.Testing;

namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>What solvers remember costs what there is of it.</summary>
public sealed class VectorRowsTests
{
    private const int Most = 20;
    private const double Rounding = 1e-13;

    // sums of six products in float32 beside those in float64
    private const double Narrow = 1e-6;

    [Fact]
    public void APass_ReadsAtMostHalfAsManyRowsAgain_ByFewGraphs()
    {
        const int Many = 1000;
        int[] read = [.. Enumerable.Range(1, Many).Select(count => VectorRows.RowsRead(count, Many))];

        // one more than half of an odd number
        Assert.All(read.Select((rows, i) => (rows, i + 1)), pair => Assert.InRange(pair.rows, pair.Item2, Math.Max(pair.Item2, 1.5 * (pair.Item2 - 1))));
        Assert.InRange(read.Distinct().Count(), 1, 1 + (2 * Math.Log2(Many)));
        Assert.Equal([1, 8, 12, 20], ((int[])[0, 7, 9, 17]).Select(count => VectorRows.RowsRead(count, Most)));
    }

    /// <summary>Short vectors, those of which all rows fit the cache, and those that do not; in memory that holds NaN until it is written to, too.</summary>
    [Theory]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(500, false)]
    [InlineData(500, true)]
    [InlineData(20_000, false)]
    [InlineData(20_000, true)]
    public void Passes_AreOverTheRowsThatThereAre_AndNoOthers(int size, bool guarded)
    {
        var device = new GuardedBackend(int.MaxValue);
        Tensor On(Tensor tensor) => guarded ? tensor.To(device) : tensor;
        RandomKey[] keys = RandomKey.FromSeed(733).Split(Most + 1);
        Tensor[] Drawn(int key) => [On(keys[key].Normal([size], DType.Float64)), On(keys[key].Normal([2, 3], DType.Float32))];
        Tensor[] vector = Drawn(Most);
        LinearOperator identity = LinearOperator.From(leaves => leaves, vector[0].Type, vector[1].Type);
        var rows = new VectorRows(Most, new LinearSystem(identity, vector, null, CancellationToken.None));
        List<Tensor[]> expected = [];
        void Check()
        {
            double[] dots = rows.Dots(Tensor.Scalar(7), vector, expected[^1]), weights = [.. expected.Select((_, i) => 1.0 + i)];
            Assert.Equal(((2 * expected.Count) + 1, 7), (dots.Length, dots[^1]));
            LeafVector sum = new LeafVector(vector).Zeros();
            for (int i = 0; i < expected.Count; i++)
            {
                Assert.Equal(LeafVector.Dot(expected[i], vector).ToScalar(), dots[i], Narrow);
                Assert.Equal(LeafVector.Dot(expected[i], expected[^1]).ToScalar(), dots[expected.Count + i], Narrow * size);
                sum += weights[i] * new LeafVector(expected[i]);
            }

            LeafVector difference = sum - rows.Combine(weights);
            Assert.InRange(difference.Magnitude(), 0, Narrow * sum.Magnitude());
        }

        for (int cycle = 0; cycle < 2; cycle++)
        {
            for (int i = 0; i < Most - (3 * cycle); i++)
            {
                expected.Add(Drawn((i + cycle) % Most));
                rows.Add(expected[^1]);
                Check();
            }

            // in place of another
            expected[1] = vector;
            rows.Write(1, vector);
            Check();

            // what stood there before is no row any more
            rows.Clear();
            expected.Clear();
        }
    }

    [Theory]
    [InlineData(300)]
    [InlineData(6000)]
    public void AProjection_LeavesWhatIsOrthogonal_WithItsSharesAndNorm(int size)
    {
        RandomKey[] keys = RandomKey.FromSeed(734).Split(2);
        Tensor basis = Linalg.Qr(keys[0].Normal([size, Most], DType.Float64)).Q.Transpose(), w = keys[1].Normal([size], DType.Float64);
        var rows = new VectorRows(Most, new LinearSystem(LinearOperator.From((Tensor v) => v, w.Type), new Tensor[] { w }, null, CancellationToken.None));
        for (int i = 0; i < Most; i++)
        {
            rows.Add([basis[i]]);
            (Tensor[] rest, double[] shares, double norm) = rows.Project([w]);
            Tensor found = basis[..(i + 1)], exact = w - found.Transpose().MatMul(found.MatMul(w));

            Assert.InRange((found.MatMul(rest[0])).Norm().ToScalar(), 0, Rounding);
            Assert.Equal(exact.Norm().ToScalar(), norm, Rounding * size);
            Assert.InRange((exact - (norm * rest[0])).Norm().ToScalar(), 0, Rounding * size);
            Assert.InRange((found.MatMul(w) - Tensor.From(shares)).Norm().ToScalar(), 0, Rounding * size);
        }

        // of what lies in the space nothing is left, and no quotient by zero
        rows.Clear();
        rows.Add([StackedVectors.Row(0, size)]);
        (Tensor[] nothing, _, double zero) = rows.Project([StackedVectors.Row(0, size)]);
        Assert.Equal((0.0, 0.0), (zero, nothing[0].Norm().ToScalar()));
    }

    /// <summary>A solve of few updates takes memory for few vectors, whatever it may remember.</summary>
    [Theory]
    [InlineData("GMRES")]
    [InlineData("Anderson")]
    [InlineData("Broyden")]
    public void ASolveOfFewUpdates_TakesTheMemoryOfFewVectors(string name)
    {
        const int Size = 1 << 16, Updates = 3, Remembered = 60;
        LinearSolver solver = name switch
        {
            "GMRES" => LinearSolver.Gmres(Remembered, 0, maxIterations: Updates),
            "Anderson" => LinearSolver.Anderson(Remembered, 0, maxIterations: Updates),
            _ => LinearSolver.Broyden(Remembered, 0, maxIterations: Updates),
        };
        var guarded = new GuardedBackend(Remembered);
        Tensor diagonal = (1 + (0.1 * Tensor.Arange(Size).To(DType.Float64) / Size)).To(guarded), b = diagonal.Sin();
        LinearOperator matrix = LinearOperator.From(v => diagonal * v, diagonal.Type);
        guarded.ResetCounts();
        long before = guarded.Counts.PeakBytes;
        Assert.Equal(Updates, solver.Solve(matrix, [b]).Report.Iterations);
        long vectors = (guarded.Counts.PeakBytes - before) / (sizeof(double) * Size);

        // two windows of four rows at the most, as many as a step's results twice, and what a pass computes
        Assert.InRange(vectors, 1, 30);
    }
}
