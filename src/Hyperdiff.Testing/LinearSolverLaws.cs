using System.Globalization;
using Hyperdiff.Graphs;

namespace Hyperdiff.Testing;

/// <summary>What holds of every linear solver.</summary>
internal sealed class LinearSolverLaws(LinearSolver solver, int seed, IBackend backend)
{
    private static readonly int[] s_sizes = [1, 2, 4];

    // what direct methods, which may work on all at once, make of an item of a batch: some roundings through a condition of 3
    private const double Rounding = 1e-13;

    private readonly LawBook _book = new($"{solver.GetType().Name} ({solver.Name})", seed);

    // what stops after a number of terms asks for nothing
    private readonly bool _approximates = double.IsPositiveInfinity(solver.Tolerance.Absolute);

    private IEnumerable<TestMatrix> Own => s_sizes.Select(size => TestMatrix.Of(solver.Matrices, size, seed, backend));

    /// <summary>Looks at all of them.</summary>
    public LawReport Report()
    {
        _book.Look("solves the systems that it is made for", Own, matrix => Wrong(solver, matrix, matrix.Vector(0), mustConverge: true));
        _book.Look("solves their transposes", Own, Transposed);
        _book.Look("claims nothing that its residual does not show, on any matrix",
            Enum.GetValues<MatrixClass>().SelectMany(kind => s_sizes.Select(size => TestMatrix.Of(kind, size, seed, backend))),
            matrix => Wrong(solver, matrix, matrix.Vector(0), mustConverge: false));
        _book.Look("does not call an impossible system solved", [2, 3, 5], Impossible);
        _book.Look("gives zero for zero", Own, Zero);
        _book.Look("scales with the right-hand side, to the last bit", Own, Scaled);
        _book.Look("repeats its bits", Own, Repeated);
        _book.Look("gives with a prepared matrix what it gives without", Own, Prepared);
        _book.Look("solves the items of a batch as if each were alone", Own, Batched);
        _book.Look("goes on from where it is told to start", Own, Started);
        _book.Look("needs no update at a solution", Own, AtSolution);
        _book.Look("keeps to its tolerance", Own, Tolerant);
        _book.Look("leaves what it is given as it is", Own, Untouched);
        _book.Look("ends where it is cancelled", Own, Cancelled);
        _book.Look("reports numbers that are not finite", Own, NonFinite);
        _book.Look("solves in float32", Own, Single);
        _book.Look("solves for several leaves", Own.Where(matrix => matrix.Size > 2), Leaves);
        return _book.Report();
    }

    private static string? Wrong(LinearSolver by, TestMatrix matrix, Tensor b, bool mustConverge, Tensor[]? start = null)
    {
        LinearSolution found = by.Solve(matrix.Operator, [b], start);
        return Wrong(by, found, matrix.Residual(found.Value[0], b), b, matrix.Rounding(found.Value[0], DType.Float64), mustConverge);
    }

    private static string? Wrong(LinearSolver by, LinearSolution found, double residual, Tensor b, double rounding, bool mustConverge, DType? type = null)
    {
        SolveReport report = found.Report;
        double asked = by.Tolerance.At(b.Norm().ToScalar(), (type ?? DType.Float64).Epsilon());
        string measured = residual.ToString("G3", CultureInfo.InvariantCulture);
        return mustConverge && !report.Converged ? $"not solved: {report}"
            : report.Converged && !(residual <= asked + rounding) ? $"‖b − A x‖ is {measured}: {report}"
            : report.Converged && !(Math.Abs(residual - report.Residual) <= rounding) ? $"‖b − A x‖ is {measured}, and not what it says: {report}" : null;
    }

    private string? Transposed(TestMatrix matrix)
    {
        Tensor b = matrix.Vector(1);
        LinearSolution found = solver.Solve(matrix.Operator.Transpose(), [b]);
        double residual = matrix.Residual(found.Value[0], b, transposed: true);
        return Wrong(solver, found, residual, b, matrix.Rounding(found.Value[0], DType.Float64), mustConverge: true);
    }

    private string? Impossible(int size)
    {
        // the last unknown appears in no equation, and the last equation asks for 1
        Tensor diagonal = Tensor.From([.. Enumerable.Range(0, size).Select(i => i == size - 1 ? 0.0 : 1)]).To(backend);
        SolveReport report = solver.Solve(LinearOperator.From(v => diagonal * v, diagonal.Type), [Tensor.Ones([size])]).Report;
        return report.Converged && !_approximates ? report.ToString() : null;
    }

    private string? Zero(TestMatrix matrix)
    {
        LinearSolution found = solver.Solve(matrix.Operator, [Tensor.Zeros([matrix.Size])]);
        return found.Report.Converged && found.Value[0].Norm().ToScalar() == 0 ? null : $"{found.Value[0]}, {found.Report}";
    }

    private string? Scaled(TestMatrix matrix)
    {
        if (solver.Tolerance.Absolute != 0 && !_approximates)
        {
            return null;
        }

        Tensor b = matrix.Vector(2);
        double[] plain = Numbers(solver.Solve(matrix.Operator, [b]));
        foreach (int k in new[] { -30, 30 })
        {
            double[] scaled = Numbers(solver.Solve(matrix.Operator, [Math.ScaleB(1, k) * b]));
            if (!plain.Select(number => Math.ScaleB(number, k)).SequenceEqual(scaled))
            {
                return $"x(2^{k} b) is not 2^{k} x(b): [{Text(scaled)}], and not that times [{Text(plain)}]";
            }
        }

        return null;
    }

    private string? Repeated(TestMatrix matrix)
    {
        Tensor b = matrix.Vector(3);
        return Same(solver.Solve(matrix.Operator, [b]), solver.Solve(matrix.Operator, [b]));
    }

    private string? Prepared(TestMatrix matrix)
    {
        PreparedSolver prepared = solver.Prepare(matrix.Operator);
        foreach (Tensor b in new[] { matrix.Vector(4), matrix.Vector(5) })
        {
            if (Same(solver.Solve(matrix.Operator, [b]), prepared.Solve([b])) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private string? Batched(TestMatrix matrix)
    {
        Tensor dense = matrix.Dense, start = Tensor.Zeros([matrix.Size]);
        RootFinding<Tensor, Tensor> inner = RootCondition.From<Tensor, Tensor>((w, h) => dense.MatMul(w) - h).SolvedBy((_, h) => Linalg.Solve(dense, h));
        Tensor Solved(Tensor c) => Diff.Grad(h => (Root.Of(inner, start, h, solver) * c).Sum(), c);
        Tensor[] items = [matrix.Vector(6), 1e-3 * matrix.Vector(7), 1e3 * matrix.Vector(8)];
        Tensor together = Diff.Vmap(Solved, Tensor.Stack(0, items));
        for (int i = 0; i < items.Length; i++)
        {
            Tensor alone = Solved(items[i]);
            double difference = (together[i] - alone).Norm().ToScalar();
            if (!(difference <= Rounding * alone.Norm().ToScalar()))
            {
                return $"item {i} is [{Text(together[i].ToArray<double>())}], and alone [{Text(alone.ToArray<double>())}]";
            }
        }

        return null;
    }

    private string? Started(TestMatrix matrix) => Wrong(solver, matrix, matrix.Vector(9), mustConverge: true, [matrix.Vector(10)]);

    private string? AtSolution(TestMatrix matrix)
    {
        Tensor x = matrix.Vector(11);
        SolveReport report = solver.Solve(matrix.Operator, [matrix.Dense.MatMul(x)], [x]).Report;
        return (report.Converged && report.Iterations == 0) || _approximates ? null : report.ToString();
    }

    private string? Tolerant(TestMatrix matrix)
    {
        foreach (double tolerance in _approximates ? [] : new[] { 1e-3, 1e-6, 1e-12 })
        {
            if (Wrong(solver with { Tolerance = new Tolerance(tolerance, 0) }, matrix, matrix.Vector(12), mustConverge: true) is { } wrong)
            {
                return string.Create(CultureInfo.InvariantCulture, $"asked for {tolerance:G1}: {wrong}");
            }
        }

        return null;
    }

    private string? Untouched(TestMatrix matrix)
    {
        (Tensor b, Tensor x) = (matrix.Vector(13), matrix.Vector(14));
        (double[] ofB, double[] ofX) = (b.ToArray<double>(), x.ToArray<double>());
        Tensor[] rightHandSide = [b], start = [x];
        solver.Solve(matrix.Operator, rightHandSide, start);
        bool same = ReferenceEquals(rightHandSide[0], b) && ReferenceEquals(start[0], x) && ofB.SequenceEqual(b.ToArray<double>())
            && ofX.SequenceEqual(x.ToArray<double>());
        return same ? null : "the right-hand side, or the start, is another afterwards";
    }

    private string? Cancelled(TestMatrix matrix)
    {
        SolveReport report = solver.Solve(matrix.Operator, [matrix.Vector(15)], null, new CancellationToken(canceled: true)).Report;
        return report.Status == SolveStatus.Cancelled || (_approximates && report.Iterations == 0) ? null : report.ToString();
    }

    private string? NonFinite(TestMatrix matrix)
    {
        Tensor nan = Tensor.Full([matrix.Size], double.NaN).To(backend);
        SolveReport given = solver.Solve(matrix.Operator, [nan]).Report;
        SolveReport within = solver.Solve(LinearOperator.From(v => nan * v, nan.Type), [matrix.Vector(16)]).Report;
        return given.Status != SolveStatus.NonFiniteInput ? $"b is NaN: {given}" : within.Converged ? $"A is NaN: {within}" : null;
    }

    private string? Single(TestMatrix matrix)
    {
        Tensor b = matrix.Vector(17).To(DType.Float32);
        LinearSolver by = _approximates ? solver : solver with { Tolerance = new Tolerance(null, 0) };
        LinearSolution found = by.Solve(matrix.Single, [b]);
        return found.Value[0].DType != DType.Float32 ? $"x is {found.Value[0].Type}"
            : Wrong(by, found, matrix.Residual(found.Value[0], b.To(DType.Float64)), b, matrix.Rounding(found.Value[0], DType.Float32), mustConverge: true,
                DType.Float32);
    }

    private string? Leaves(TestMatrix matrix)
    {
        Tensor b = matrix.Vector(18);
        LinearSolution found = solver.Solve(matrix.Leaves, matrix.Cut(b));
        Tensor x = TestMatrix.Joined(found.Value);
        return Wrong(solver, found, matrix.Residual(x, b), b, matrix.Rounding(x, DType.Float64), mustConverge: true);
    }

    private static string? Same(LinearSolution one, LinearSolution other) =>
        !Numbers(one).SequenceEqual(Numbers(other)) ? $"[{Text(Numbers(one))}], and then [{Text(Numbers(other))}]"
        : one.Report != other.Report ? $"{one.Report}, and then {other.Report}" : null;

    private static double[] Numbers(LinearSolution found) => found.Value[0].ToArray<double>();

    private static string Text(double[] numbers) => string.Join(", ", numbers.Select(number => number.ToString("G17", CultureInfo.InvariantCulture)));
}
