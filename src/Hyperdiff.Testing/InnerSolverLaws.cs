using System.Globalization;
using Hyperdiff.Graphs;

namespace Hyperdiff.Testing;

/// <summary>What holds of every fixed-point solver, minimizer and root finder.</summary>
internal sealed class InnerSolverLaws(InnerSolver solver, int seed, IBackend backend)
{
    private static readonly int[] s_sizes = [1, 3];

    // how far a curvature of 1/2 and rounding may take the error from what was asked for
    private const double Share = 4;
    private const double Rounding = 1e-13;

    private readonly LawBook _book = new($"{solver.GetType().Name} ({solver.Name})", seed);
    private readonly InnerSubject _subject = new(solver);

    private IEnumerable<TestMatrix> All => s_sizes.Select(size => TestMatrix.Of(MatrixClass.PositiveDefinite, size, seed, backend));

    /// <summary>Looks at all of them.</summary>
    public LawReport Report()
    {
        _book.Look("solves linear problems", All, matrix => Wrong(_subject, Linear(matrix), matrix, matrix.Vector(30)));
        _book.Look("solves bent problems", All, matrix => Wrong(_subject, Bent(matrix), matrix, matrix.Vector(31)));
        _book.Look("does not call a problem without a solution solved", s_sizes, Hopeless);
        if (solver is Minimizer)
        {
            _book.Look("does not call a saddle a minimum", [2, 3],
                size => Stationary(size, Tensor.From([.. Enumerable.Range(0, size).Select(i => i == 0 ? -1.0 : 1)])));
            _book.Look("does not call a maximum a minimum", s_sizes, size => Stationary(size, Tensor.Full([size], -1.0)));
        }

        _book.Look("claims the same in other units", All, Units);
        _book.Look("repeats its bits", All, Repeated);
        _book.Look("solves the items of a batch as if each were alone", All, Batched);
        _book.Look("goes on from where it is told to start", All, Started);
        _book.Look("keeps to its tolerance", All, Tolerant);
        _book.Look("ends where it is cancelled", All, Cancelled);
        _book.Look("reports numbers that are not finite", s_sizes, NonFinite);
        _book.Look("solves in float32", All, Single);
        _book.Look("solves for several leaves", All.Where(matrix => matrix.Size > 2), Leaves);
        return _book.Report();
    }

    private static TestProblem<Tensor> Linear(TestMatrix matrix, DType type = DType.Float64)
    {
        Tensor a = matrix.Dense.To(type);
        return new((w, h) => w - a.MatMul(w) + h, (w, h) => (0.5 * (w * a.MatMul(w)).Sum()) - (h * w).Sum(), (w, h) => a.MatMul(w) - h);
    }

    private static TestProblem<Tensor> Bent(TestMatrix matrix)
    {
        // ∇f is 0.2 tanh(w) more: between 1/2 and 1.7 in slope, so that w − ∇f contracts
        Tensor a = matrix.Dense;
        Tensor Slope(Tensor w, Tensor h) => a.MatMul(w) + (0.2 * w.Tanh()) - h;
        return new((w, h) => w - Slope(w, h), (w, h) => (0.5 * (w * a.MatMul(w)).Sum()) + (0.2 * w.Cosh().Log().Sum()) - (h * w).Sum(), Slope);
    }

    private static string? Wrong(InnerSubject by, TestProblem<Tensor> problem, TestMatrix matrix, Tensor h, Tensor? start = null)
    {
        Solution<Tensor> found = by.Solve(problem, start ?? Tensor.Zeros([matrix.Size]), h);
        return found.Report.Converged ? Far(by, problem, found, h) : $"not solved: {found.Report}";
    }

    private static string? Far(InnerSubject by, TestProblem<Tensor> problem, Solution<Tensor> found, Tensor h)
    {
        Tensor w = Exact(problem, found.State, h);
        double error = (found.State - w).Norm().ToScalar(), size = w.Norm().ToScalar();
        return error <= (Share * by.Solver.Tolerance.At(size, DType.Float64.Epsilon())) + (Rounding * size) ? null
            : string.Create(CultureInfo.InvariantCulture, $"the error is {error:G3}, of {size:G3}: {found.Report}");
    }

    // Newton's method by factors, from what was found, until nothing changes
    private static Tensor Exact(TestProblem<Tensor> problem, Tensor near, Tensor h)
    {
        Tensor w = Tensor.Where(near.IsFinite(), near, 0);
        for (int i = 0; i < 20; i++)
        {
            w -= Linalg.Solve(Diff.Jacobian(at => problem.Condition(at, h), w), problem.Condition(w, h));
        }

        return w;
    }

    private string? Hopeless(int size)
    {
        var problem = new TestProblem<Tensor>((w, _) => w + 1, (w, _) => -w.Sum(), (w, _) => w.Square() + 1);
        SolveReport report = _subject.Solve(problem, Tensor.Full([size], 0.5).To(backend), Tensor.Zeros([size])).Report;
        return report.Converged ? report.ToString() : null;
    }

    private string? Stationary(int size, Tensor curvatures)
    {
        SolveReport report = Objective.From<Tensor, Tensor>((w, _) => (0.5 * curvatures * w.Square()).Sum()).MinimizedBy((Minimizer)solver)
            .Solve(Tensor.Zeros([size]).To(backend), Tensor.Zeros([size])).Report;
        return report.Converged ? report.ToString() : null;
    }

    private string? Units(TestMatrix matrix)
    {
        // w in a unit 2^10 times as large, f in one 2^-6 times as large: who converges there, too, has to be as near
        Tensor a = matrix.Dense;
        double unit = Math.ScaleB(1, -10), steep = solver is FixedPointSolver ? 1 : Math.ScaleB(1, 6);
        Tensor Slope(Tensor w, Tensor h) => steep * (a.MatMul(w) - (unit * h));
        var problem = new TestProblem<Tensor>((w, h) => w - Slope(w, h), (w, h) => steep * ((0.5 * (w * a.MatMul(w)).Sum()) - (unit * (h * w).Sum())), Slope);
        Tensor h = matrix.Vector(32);
        Solution<Tensor> found = _subject.Solve(problem, Tensor.Zeros([matrix.Size]), h);
        return found.Report.Converged ? Far(_subject, problem, found, h) : null;
    }

    private string? Repeated(TestMatrix matrix)
    {
        TestProblem<Tensor> problem = Bent(matrix);
        Tensor start = Tensor.Zeros([matrix.Size]), h = matrix.Vector(33);
        (Solution<Tensor> one, Solution<Tensor> other) = (_subject.Solve(problem, start, h), _subject.Solve(problem, start, h));
        return Numbers(one.State).SequenceEqual(Numbers(other.State)) && one.Report == other.Report ? null
            : $"{Text(one.State)}, {one.Report}; and then {Text(other.State)}, {other.Report}";
    }

    private string? Batched(TestMatrix matrix)
    {
        TestProblem<Tensor> problem = Linear(matrix);
        Tensor Solved(Tensor h) => _subject.Of(problem, Tensor.ZerosLike(h), h);
        Tensor[] items = [matrix.Vector(34), 1e-3 * matrix.Vector(35), 1e3 * matrix.Vector(36)];
        Tensor together = Diff.Vmap(Solved, Tensor.Stack(0, items));
        for (int i = 0; i < items.Length; i++)
        {
            Tensor alone = Solved(items[i]);
            if (!Numbers(alone).SequenceEqual(Numbers(together[i])))
            {
                return $"item {i} is {Text(together[i])}, and alone {Text(alone)}";
            }
        }

        return null;
    }

    private string? Started(TestMatrix matrix)
    {
        TestProblem<Tensor> problem = Bent(matrix);
        Tensor h = matrix.Vector(37);
        if (Wrong(_subject, problem, matrix, h, matrix.Vector(38)) is { } wrong)
        {
            return wrong;
        }

        Solution<Tensor> cold = _subject.Solve(problem, Tensor.Zeros([matrix.Size]), h), warm = _subject.Solve(problem, cold.State, h);
        return !warm.Report.Converged ? $"from its own solution: {warm.Report}"
            : warm.Report.Iterations > cold.Report.Iterations ? $"from its own solution: {warm.Report}; from zero: {cold.Report}" : null;
    }

    private string? Tolerant(TestMatrix matrix)
    {
        foreach (double tolerance in new[] { 1e-3, 1e-6, 1e-11 })
        {
            var by = new InnerSubject(solver with { Tolerance = new Tolerance(tolerance, 0) });
            if (Wrong(by, Bent(matrix), matrix, matrix.Vector(39)) is { } wrong)
            {
                return string.Create(CultureInfo.InvariantCulture, $"asked for {tolerance:G1}: {wrong}");
            }
        }

        return null;
    }

    private string? Cancelled(TestMatrix matrix)
    {
        SolveReport report = _subject.Solve(Bent(matrix), Tensor.Zeros([matrix.Size]), matrix.Vector(40), new CancellationToken(canceled: true)).Report;
        return report.Status == SolveStatus.Cancelled ? null : report.ToString();
    }

    private string? NonFinite(int size)
    {
        var problem = new TestProblem<Tensor>((w, _) => w.Log(), (w, _) => w.Log().Sum(), (w, _) => w.Log());
        SolveReport report = _subject.Solve(problem, Tensor.Full([size], -1.0).To(backend), Tensor.Zeros([size])).Report;
        return report.Status == SolveStatus.NonFiniteInput ? null : report.ToString();
    }

    private string? Single(TestMatrix matrix)
    {
        var by = new InnerSubject(solver with { Tolerance = new Tolerance(null, 0) });
        Tensor h = matrix.Vector(41);
        Solution<Tensor> found = by.Solve(Linear(matrix, DType.Float32), Tensor.Zeros([matrix.Size], DType.Float32), h.To(DType.Float32));
        Tensor exact = Linalg.Solve(matrix.Dense, h);
        double error = (found.State.To(DType.Float64) - exact).Norm().ToScalar();
        return !found.Report.Converged ? $"not solved: {found.Report}" : found.State.DType != DType.Float32 ? $"w is {found.State.Type}"
            : error <= Share * Share * new Tolerance(null, 0).At(exact.Norm().ToScalar(), DType.Float32.Epsilon()) ? null
            : string.Create(CultureInfo.InvariantCulture, $"the error is {error:G3}: {found.Report}");
    }

    private string? Leaves(TestMatrix matrix)
    {
        Tensor a = matrix.Dense, h = matrix.Vector(42);
        static Tensor Whole((Tensor A, Tensor B) w) => Tensor.Concat(0, w.A, w.B.Reshape(w.B.Shape.ElementCount));
        (Tensor, Tensor) Parts(Tensor w) => (w[..2], w[2..].Reshape(1, matrix.Size - 2));
        var problem = new TestProblem<(Tensor, Tensor)>(
            (w, g) => Parts(Whole(w) - a.MatMul(Whole(w)) + g), (w, g) => (0.5 * (Whole(w) * a.MatMul(Whole(w))).Sum()) - (g * Whole(w)).Sum(),
            (w, g) => Parts(a.MatMul(Whole(w)) - g));
        Solution<(Tensor, Tensor)> found = _subject.Solve(problem, Parts(Tensor.Zeros([matrix.Size])), h);
        Tensor exact = Linalg.Solve(a, h);
        double error = (Whole(found.State) - exact).Norm().ToScalar(), size = exact.Norm().ToScalar();
        return !found.Report.Converged ? $"not solved: {found.Report}"
            : error <= (Share * solver.Tolerance.At(size, DType.Float64.Epsilon())) + (Rounding * size) ? null
            : string.Create(CultureInfo.InvariantCulture, $"the error is {error:G3}: {found.Report}");
    }

    private static double[] Numbers(Tensor tensor) => tensor.ToArray<double>();

    private static string Text(Tensor tensor) =>
        $"[{string.Join(", ", tensor.ToArray<double>().Select(number => number.ToString("G17", CultureInfo.InvariantCulture)))}]";
}
