namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>Random vectors tell matrices that are not symmetric from those that are, in float32 too; and Auto notices where they did not.</summary>
public sealed class SymmetryDoubtTests
{
    private const int Seeds = 200;

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    public void RandomVectors_TellRotationsFromSymmetricMatrices_InFloat32(int size)
    {
        Tensor turns = RandomKey.FromSeed(5).Normal([size / 2], DType.Float32), curvatures = RandomKey.FromSeed(6).Uniform([size], dtype: DType.Float32);
        LinearOperator turned = Turned(turns, size), symmetric = LinearOperator.From(v => v + (curvatures * v), new TensorType(DType.Float32, [size]));
        double epsilon = DType.Float32.Epsilon();

        Assert.DoesNotContain(Enumerable.Range(0, Seeds), seed => OperatorProbe.Of(turned, seed).IsSymmetric(epsilon));
        Assert.All(Enumerable.Range(0, Seeds), seed => Assert.True(OperatorProbe.Of(symmetric, seed).IsSymmetric(epsilon), $"seed {seed}"));
    }

    // one pair of vectors is asked: so for many matrices
    [Fact]
    public void GivenTransposesThatAreNone_AreRefused_InFloat32()
    {
        const int Size = 40_000, Matrices = 40;
        for (int seed = 0; seed < Matrices; seed++)
        {
            Tensor turns = RandomKey.FromSeed(seed).Normal([Size / 2], DType.Float32);
            LeafVector product(LeafVector v) => Turned(turns, Size) * v;
            Assert.Throws<ArgumentException>(() => LinearOperator.From(product, product, new TensorType(DType.Float32, [Size])));
        }
    }

    // an allowance for rounding alone, 1e4 ε, is more than most of these show
    [Fact]
    public void GivenPreconditionersThatAreNotSymmetric_AreRefused_InFloat32()
    {
        const int Size = 40_000, Matrices = 20;
        var type = new TensorType(DType.Float32, [Size]);
        LinearOperator identity = LinearOperator.From((Tensor v) => 2 * v, type);
        Tensor[] b = [RandomKey.FromSeed(9).Normal([Size], DType.Float32)];
        for (int seed = 0; seed < Matrices; seed++)
        {
            Tensor turns = RandomKey.FromSeed(seed).Normal([Size / 2], DType.Float32);
            var turned = Preconditioner.From("turned", _ => Turned(turns, Size), isSymmetric: true);
            var symmetric = Preconditioner.From("positive", _ => LinearOperator.From((Tensor v) => Bent(seed) * v, type), isSymmetric: true);
            LinearSolution wrong = LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(), turned).Solve(identity, b);
            LinearSolution right = LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(), symmetric).Solve(identity, b);

            Assert.Contains("says that it is symmetric, and is not", wrong.Report.Solver, StringComparison.Ordinal);
            Assert.True(right.Report.Converged, right.Report.ToString());
        }

        static Tensor Bent(int seed) => 1 + RandomKey.FromSeed(seed).Uniform([Size], 0, 1).To(DType.Float32);
    }

    // the turns are such that the vectors of the probe show none
    [Theory]
    [InlineData(DType.Float64, 1e-9, 1)]
    [InlineData(DType.Float64, 1e-9, 0.1)]
    [InlineData(DType.Float32, 1e-4, 1)]
    public void Auto_NoticesAnAsymmetryThatItsProbeOverlooked(DType dtype, double tolerance, double turn)
    {
        const int Size = 2000, Seed = 1;
        TensorType type = new(dtype, [Size]);
        double[] u = Numbers(Seed), v = Numbers(~Seed);
        Tensor shown = Tensor.From([.. Enumerable.Range(0, Size / 2).Select(i => (u[i + (Size / 2)] * v[i]) - (u[i] * v[i + (Size / 2)]))]);
        Tensor turns = RandomKey.FromSeed(8).Normal([Size / 2]);
        turns = turn * (turns - ((turns * shown).Sum() / (shown * shown).Sum() * shown));
        LinearOperator matrix = Turned(turns.To(dtype), Size);
        Assert.InRange(OperatorProbe.Of(matrix, Seed).Asymmetry, 0, 1e4 * dtype.Epsilon());
        Tensor b = RandomKey.FromSeed(9).Normal([Size], dtype);

        LinearSolution found = LinearSolver.Auto(tolerance, seed: Seed).Solve(matrix, [b]);

        Assert.True(found.Report.Converged, found.Report.ToString());
        Assert.InRange((b - matrix.Apply([.. found.Value])[0]).Norm().ToScalar(), 0, tolerance * b.Norm().ToScalar());
        Assert.Contains("not symmetric at a second look), GMRES", found.Report.Solver, StringComparison.Ordinal);

        double[] Numbers(int seed) => RandomVector.Draw([new TensorType(DType.Float64, [Size])], seed).Leaves[0].ToArray<double>();
    }

    // I + a rotation by a quarter, of each number of the first half with one of the second
    private static LinearOperator Turned(Tensor turns, int size) => LinearOperator.From(
        v =>
        {
            (Tensor first, Tensor second) = (v[..(size / 2)], v[(size / 2)..]);
            return v + Tensor.Concat(0, -turns * second, turns * first);
        },
        new TensorType(turns.DType, [size]));
}
