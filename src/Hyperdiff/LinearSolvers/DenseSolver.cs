using System.Globalization;
using System.Numerics.Tensors;
using Hyperdiff.Decompositions;

namespace Hyperdiff;

/// <summary>A direct method: the matrix is written out by products with unit vectors, factored, and the solution refined.</summary>
/// <remarks>
/// n products and n² numbers for n unknowns, and of the order of n³ operations on the host, in double precision. Iterations are rounds of refinement, <c>x ← x
/// + A⁻¹(b − A x)</c>: one is the solve itself. A matrix whose estimated condition number exceeds 1/ε is reported as <see cref="SolveStatus.Singular"/>,
/// however small the residual; the estimate stands in the report's name, and for a singular matrix the rank: how many singular values exceed n ε of the
/// largest.
/// <para>
/// In <c>float32</c>, where the factors have no rounding of their own, such a matrix is looked at once more. What was written out is A + E with entries
/// |eᵢⱼ| ≤ ε/2 |aᵢⱼ| by rounding, so that ‖E‖₂ ≤ ε/2 ‖A‖_F, and A is regular where ε ‖A‖_F ‖A⁻¹‖₂ &lt; 1: of 300 unknowns the condition in the 1-norm is ten
/// times as large. One round leaves an error up to half of the solution then, which the residual does not show; so there is a second, by products with A
/// itself, and a correction of more than that half says that products round worse than entries do: <see cref="SolveStatus.Singular"/>.
/// </para>
/// </remarks>
internal abstract record DenseSolver : LinearSolver
{
    private const int MaxRounds = 4;
    private const int Restart = 30;
    private const int Seed = 17;

    // what the rounding of entries makes of a solution where ε ‖A‖_F ‖A⁻¹‖₂ < 1
    private const double LargestCorrection = 0.5;

    private protected DenseSolver()
    {
    }

    /// <inheritdoc/>
    protected internal sealed override LinearSolution Solve(LinearSystem system)
    {
        var monitor = new IterationMonitor(system.ThresholdOf(Tolerance), MaxRounds, system.Watch);
        (Tensor[] x, Tensor[] r, long products) = system.Begin();
        if (monitor.Start(new LeafVector(r).Magnitude()) is { } atOnce)
        {
            return new LinearSolution(x, monitor.Report(Name, atOnce, products));
        }

        (Factors? made, bool isFirst) = system.Preparation.Once(GetType(), () => Prepare(system));
        if (made is null)
        {
            return new LinearSolution(x, monitor.Report(Name, SolveStatus.Cancelled, products));
        }

        products += isFirst ? DenseMatrix.Size(system.Matrix) : 0;
        if (made.Factorization is not { } factors)
        {
            string failed = made.Failure == SolveStatus.Singular ? $"{Name}{Rank(system)}" : Name;
            return new LinearSolution(x, monitor.Report(failed, made.Failure, products)) { Asymmetry = made.Asymmetry, Cause = made.Cause };
        }

        // true for NaN too
        bool isDoubtful = !(made.Condition * system.Epsilon < 1), isSingular = isDoubtful && !(made.Closeness * system.Epsilon < 1);
        (isDoubtful, string looked) = (isDoubtful && !isSingular, string.Empty);
        (Tensor[] X, double Residual)? earlier = null;
        var approximation = new Approximation(system, x, r);
        SolveStatus? status = null;
        for (double before = monitor.Residual; status is null; before = monitor.Residual)
        {
            double[] d = factors.Solve(approximation.Residual);
            TensorPrimitives.Multiply(d, made.Level, d);
            status = monitor.Next(approximation.Add(d));
            products++;
            system.Observer?.Invoke(approximation.Leaves, monitor.Residual, monitor.Iterations);
            status = status is null or SolveStatus.MaxIterations && monitor.Residual > before / 2 ? SolveStatus.Stagnated : status;
            if (isDoubtful && monitor.Iterations == 1 && status == SolveStatus.Converged)
            {
                (earlier, status) = ((approximation.Leaves, monitor.Residual), null);
            }
            else if (isDoubtful && monitor.Iterations == 2)
            {
                double share = TensorPrimitives.Norm<double>(d) / new LeafVector(approximation.Leaves).Magnitude();
                isSingular = !(share <= LargestCorrection);
                looked = string.Create(CultureInfo.InvariantCulture, $", corrected by {share:G1} of itself");
            }
        }

        string name = string.Create(
            CultureInfo.InvariantCulture, $"{Name}, condition about {made.Condition:G2}{looked}{(isSingular ? Rank(system) : string.Empty)}");
        SolveReport report = monitor.Report(name, isSingular ? SolveStatus.Singular : status.Value, products);

        // the rounding of x alone may lift a residual over the threshold again
        return earlier is { } kept && report.Status == SolveStatus.Stagnated
            ? new LinearSolution(kept.X, report with { Status = SolveStatus.Converged, Residual = kept.Residual })
            : new LinearSolution(approximation.Leaves, report);
    }

    /// <summary>The inverse, which is applied by one product, and has no error that matters where the residual is that of the new matrix; and the
    /// condition.</summary>
    internal sealed override Keepsake? KeepsakeOf(LinearSystem system, LinearSolution found)
    {
        if (system.Preparation.Find<Factors>(GetType()) is not { Factorization: { } factors } made)
        {
            return null;
        }

        int size = factors.Size;
        var kept = new Keepsake(Keepsake.KindOf(Name, system), string.Empty, new(() =>
        {
            var inverse = new double[size * size];
            for (int i = 0; i < size; i++)
            {
                inverse[(i * size) + i] = made.Level;
            }

            factors.Solve(inverse, size);
            var matrix = Tensor.Wrap(inverse, [size, size]);
            return [NeedsSymmetry ? 0.5 * (matrix + matrix.Transpose()) : matrix, Tensor.Scalar(made.Condition)];
        }));
        return kept.Begun(size + 1, size, system);
    }

    /// <inheritdoc/>
    internal sealed override bool CanSolveBy(Keepsake kept, LinearSystem system) => kept.Fits(Keepsake.KindOf(Name, system), system);

    /// <summary>Solves a system by the inverse of an earlier matrix: one correction, <c>x ← x + M (b − A x)</c>, two where rounding leaves more of an error
    /// than the residual shows, and from there conjugate gradients, or GMRES, preconditioned by it.</summary>
    internal sealed override LinearSolution SolveBy(Keepsake kept, LinearSystem system)
    {
        (Tensor[] inverse, double condition) = (system.Placed(kept.Tensors.Value[..1]), kept.Tensors.Value[1].ToScalar());
        double threshold = system.ThresholdOf(Tolerance);
        (Tensor[] x, Tensor[] r, long products) = system.Begin();
        double first = new LeafVector(r).Magnitude(), residual = first;
        int corrections = !(first > threshold) || !double.IsFinite(first) ? 0 : condition * system.Epsilon < 1 ? 1 : 2;
        for (int i = 0; i < corrections; i++)
        {
            Tensor[] next = (new LeafVector(x) + Times(inverse, r)).Leaves, left = system.Residual(next);
            double now = new LeafVector(left).Magnitude();
            products++;
            (x, r, residual) = now < residual || now <= threshold ? (next, left, now) : (x, r, residual);
        }

        if (corrections > 0 && residual <= threshold)
        {
            system.Watch.Tell(0, first, threshold);
            system.Observer?.Invoke(x, residual, corrections);
            system.Watch.Tell(corrections, residual, threshold);
            return new LinearSolution(
                x, new SolveReport($"{Name} of an earlier matrix", SolveStatus.Converged, corrections, residual, threshold, products, 0, residual / first));
        }

        LinearSolution found = ByIteration(inverse, products > 0 ? system with { GivenStart = x, StartResidual = r } : system);
        return found with { Report = found.Report with { Products = found.Report.Products + products } };
    }

    private LinearSolution ByIteration(Tensor[] inverse, LinearSystem system)
    {
        var scaling = new PreparedScaling(typeof(DenseSolver), inverse, Times, 0)
        {
            IsOneSided = true,
            Operator = system.Matrix.Derive(typeof(DenseSolver), inverse, (_, all, v) => Times(all, v)),
        };

        // as many updates as the factors took products: by then they could have been made anew
        int limit = DenseMatrix.Size(system.Matrix);
        LinearSolver iteration = NeedsSymmetry ? new ConjugateGradientSolver(Tolerance, limit) : new GmresSolver(Restart, Tolerance, limit);
        var by = new PreconditionedSolver(iteration, Preconditioner.From($"{Name} of an earlier matrix", matrix => matrix, isSymmetric: true));
        return by.Iterate(system with { Preparation = Preparation.Of(typeof(PreconditionedSolver), scaling) });
    }

    private static LeafVector Times(Tensor[] inverse, LeafVector v) =>
        DenseMatrix.Parted(inverse[0].MatMul(DenseMatrix.Joined(v.Leaves)), Array.ConvertAll(v.Leaves, leaf => leaf.Type));

    // of a matrix written out once more, which only singular ones are
    private static string Rank(LinearSystem system)
    {
        int size = DenseMatrix.Size(system.Matrix);
        if (DenseMatrix.Of(system.Matrix, system.Watch.Cancellation) is not { } matrix || !double.IsFinite(Factorization.Norm(matrix)))
        {
            return string.Empty;
        }

        double[] values = Linalg.SingularValues(Tensor.From(matrix)).ToArray<double>();
        return string.Create(CultureInfo.InvariantCulture, $", rank {values.Count(value => value > size * system.Epsilon * values[0])} of {size}");
    }

    /// <summary>The matrix written out, and factored; null if cancelled.</summary>
    private Factors? Prepare(LinearSystem system)
    {
        if (DenseMatrix.Of(system.Matrix, system.Watch.Cancellation) is not { } matrix)
        {
            return null;
        }

        // about 1: a factorization takes roots, and sums, of the matrix
        double level = Level(matrix);
        double norm = Factorization.Norm(matrix);
        if (!double.IsFinite(norm))
        {
            return new Factors(null, SolveStatus.NonFiniteInput);
        }

        double size = Factorization.FrobeniusNorm(matrix);
        Factors factors = Factor(matrix, norm, system.Epsilon);
        double condition = factors.Factorization?.Condition(norm) ?? double.NaN;
        bool isExact = system.Epsilon > DType.Float64.Epsilon();
        return factors with
        {
            Level = level,
            Condition = condition,
            Closeness = isExact && condition * system.Epsilon >= 1
                ? size * factors.Factorization!.InverseNorm(DenseMatrix.Numbers(RandomVector.Draw(system.Matrix.InputTypes, Seed).Leaves)) : condition,
        };
    }

    /// <summary>Multiplies the matrix by a power of two that makes its largest entry about 1, and gives that.</summary>
    private static double Level(double[,] matrix)
    {
        Span<double> entries = Factorization.Entries(matrix);
        double largest = matrix.Length == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<double>(entries));
        if (largest == 0 || !double.IsFinite(largest))
        {
            return 1;
        }

        double level = Math.ScaleB(1, Math.Clamp(-Math.ILogB(largest), -1022, 1022));
        TensorPrimitives.Multiply(entries, level, entries);
        return level;
    }

    /// <summary>The factors, or why there are none. The matrix, whose entries were rounded to a type of this ε, may be overwritten.</summary>
    private protected abstract Factors Factor(double[,] matrix, double norm, double epsilon);

    /// <summary>An iterate and its residual: in numbers where the matrix is small, and stands for the operator.</summary>
    private sealed class Approximation
    {
        private readonly LinearSystem _system;
        private readonly WrittenMatrix? _matrix;
        private readonly double[] _x = [], _b = [];
        private Tensor[]? _leaves;

        public Approximation(LinearSystem system, Tensor[] x, Tensor[] r)
        {
            (_system, _leaves, Residual) = (system, x, DenseMatrix.Numbers(r));
            if (system.Matrix.WrittenFor(r) is { IsExact: true } matrix)
            {
                (_matrix, _x, _b) = (matrix, DenseMatrix.Numbers(x), DenseMatrix.Numbers(system.RightHandSide.Leaves));
            }
        }

        /// <summary>b − A x.</summary>
        public double[] Residual { get; private set; }

        /// <summary>x, of which no part is written to again.</summary>
        public Tensor[] Leaves => _leaves ??= DenseMatrix.Leaves(_x, _system.Matrix.InputTypes);

        /// <summary>Adds to x, and gives ‖b − A x‖.</summary>
        public double Add(double[] d)
        {
            if (_matrix is null)
            {
                _leaves = (new LeafVector(Leaves) + DenseMatrix.Leaves(d, _system.Matrix.InputTypes)).Leaves;
                Tensor[] r = _system.Residual(_leaves);
                Residual = DenseMatrix.Numbers(r);
                return new LeafVector(r).Magnitude();
            }

            TensorPrimitives.Add(_x, d, _x);
            _leaves = null;
            Residual = _matrix.Product(_x);
            TensorPrimitives.Subtract(_b, Residual, Residual);
            return new LeafVector([Tensor.Wrap(Residual, [Residual.Length])]).Magnitude();
        }
    }

    /// <summary>A factored matrix, or why there is none.</summary>
    private protected sealed record Factors(Factorization? Factorization, SolveStatus Failure)
    {
        /// <summary>The matrix was multiplied by this power of two first.</summary>
        public double Level { get; init; } = 1;

        /// <summary>The estimated condition number.</summary>
        public double Condition { get; init; } = double.NaN;

        /// <summary>‖A‖_F ‖A⁻¹‖₂ where the condition is in doubt and the factors have no rounding of their own; the condition elsewhere.</summary>
        public double Closeness { get; init; } = double.NaN;

        /// <summary>The largest difference between the matrix and its transpose, relative to the norm; NaN if nobody looked.</summary>
        public double Asymmetry { get; init; } = double.NaN;

        /// <summary>Why there are no factors.</summary>
        public BreakdownCause Cause { get; init; }
    }
}
