using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The units of the leaves of a system <c>A x = b</c>, as powers of two: with <c>R A C x′ = R b</c> and <c>x = C x′</c>, a residual counts in each
/// leaf as the solution of the inner problem does.</summary>
/// <remarks>
/// The error that a residual r of the adjoint leaves in a hypergradient is <c>(dw/dλ)ᵀ r</c>, a sum over leaves of w, in which the part of each has the size of
/// that leaf times r: so rows are multiplied by the size of w's leaves. Columns are multiplied by what keeps the kind of the system: again by that size for a
/// minimum, whose Hessian stays symmetric; by its inverse for a map, whose Jacobian keeps its eigenvalues; not at all for a root. Systems of leaves that are
/// nearly of one size are left as they are, and so are those of solvers whose answer depends on units: a ridge, a truncated series, a rate.
/// </remarks>
/// <param name="Rows">The exponents in R, one for each leaf.</param>
/// <param name="Columns">The exponents in C.</param>
internal sealed record LeafUnits(ImmutableArray<int> Rows, ImmutableArray<int> Columns)
{
    // a tolerance of ε^⅔ leaves two digits more than half of those that this takes from the smallest leaf
    private const int Ordinary = 8;

    // products beside those of the solver
    private const int Checks = 2;

    private const double Margin = 16;
    private const int Seed = 1;

    private const int MostOfFloat32 = 50;
    private const int MostOfFloat64 = 400;

    /// <summary>The units of ∂R/∂w for a state; null if its leaves are nearly of one size.</summary>
    /// <param name="rows">The unit of R as a power of that of w: −1 for a map, whose residual is a difference of states; 1 for a gradient; 0 if it is not
    /// known.</param>
    /// <param name="state">The leaves of w in which R is differentiated.</param>
    public static LeafUnits? OfTangents(int rows, ReadOnlySpan<Tensor> state)
    {
        if (state.Length < 2)
        {
            return null;
        }

        // a leaf of zeros has no size: it is taken for the largest, to be solved no less accurately than it can matter
        int?[] sizes = new int?[state.Length];
        bool narrow = false;
        for (int i = 0; i < state.Length; i++)
        {
            double size = new LeafVector([state[i]]).Magnitude();
            narrow |= state[i].DType == DType.Float32;
            sizes[i] = size > 0 && double.IsFinite(size) ? Math.ILogB(size) : null;
        }

        int? largest = sizes.Max();
        if (!(largest - sizes.Min() > Ordinary))
        {
            return null;
        }

        int most = narrow ? MostOfFloat32 : MostOfFloat64;
        ImmutableArray<int> exponents = [.. sizes.Select(size => Math.Max((size ?? largest!.Value) - largest!.Value, -most))];
        return new LeafUnits([.. exponents.Select(exponent => rows * exponent)], exponents);
    }

    /// <summary>Those of Aᵀ.</summary>
    public LeafUnits Transposed => new(Columns, Rows);

    /// <summary>Whether R A C has the eigenvalues of A, and series in it those in A.</summary>
    public bool IsSimilarity => Rows.Zip(Columns).All(both => both.First == -both.Second);

    /// <summary>Solves a system in these units.</summary>
    /// <remarks>A leaf that is zero but for rounding has a size that means nothing, and what its rows leave would not be looked at. So every leaf of the
    /// residual has to be small beside what it is made of, which a product with x of random signs shows; if one is not, the system is solved on as it was
    /// given.</remarks>
    public LinearSolution Solve(LinearSolver solver, LinearSystem system)
    {
        LinearSolution found = SolveScaled(solver, system);
        if (!found.Report.Converged)
        {
            return found.Report.Status is SolveStatus.Cancelled or SolveStatus.NonFiniteInput ? found : SystemScaling.Solve(solver, system);
        }

        if (double.IsPositiveInfinity(found.Report.Tolerance))
        {
            return found;
        }

        long products = found.Report.Products + Checks;
        if (IsSmallInEveryLeaf(found, system.Matrix, system.RightHandSide.Leaves))
        {
            return found with { Report = found.Report with { Products = products } };
        }

        LinearSolution more = SystemScaling.Solve(
            solver, new LinearSystem(system.Matrix, system.RightHandSide, found.Value, system.Watch) { Preparation = system.Preparation });
        return more with
        {
            Memory = found.Memory,
            Report = more.Report with
            {
                Products = more.Report.Products + products,
                TransposedProducts = more.Report.TransposedProducts + found.Report.TransposedProducts,
                Iterations = more.Report.Iterations + found.Report.Iterations,
            },
        };
    }

    private static bool IsSmallInEveryLeaf(LinearSolution found, LinearOperator matrix, Tensor[] rightHandSide)
    {
        LeafVector b = rightHandSide, x = found.Value;
        Tensor[] residual = (b - matrix.Apply(x.Leaves)).Leaves;
        var random = new Random(Seed);
        Tensor[] parts = matrix.Apply([.. x.Leaves.Select(leaf => RoundingLevel.Signs(leaf, random) * leaf)]);
        double share = Math.Max(Math.Sqrt(matrix.InputTypes.AsSpan().CoarsestEpsilon()), Margin * found.Report.Tolerance / b.Magnitude());
        return Enumerable.Range(0, residual.Length).All(i =>
            Size(residual[i]) <= share * (Size(parts[i]) + Size(rightHandSide[i])) || Size(residual[i]) == 0);

        static double Size(Tensor leaf) => new LeafVector([leaf]).Magnitude();
    }

    private LinearSolution SolveScaled(LinearSolver solver, LinearSystem system)
    {
        LinearOperator matrix = system.Matrix;
        Tensor[] rows = Factors(Rows, matrix), columns = Factors(Columns, matrix);
        LinearOperator scaled = matrix.Derive(typeof(LeafUnits), [.. rows, .. columns], (products, factors, v) =>
            Times(factors[..(factors.Length / 2)], products.Product(Times(factors[(factors.Length / 2)..], v))));

        // of the size of b, so that an absolute tolerance is the caller's
        LeafVector b = Times(rows, system.RightHandSide);
        (double before, double after) = (system.RightHandSide.Magnitude(), b.Magnitude());
        int level = before > 0 && after > 0 && double.IsFinite(before) && double.IsFinite(after) ? Math.ILogB(before) - Math.ILogB(after) : 0;
        Tensor[]? start = system.GivenStart is { } given
            ? (PowerOfTwo(level) * Times(Factors([.. Columns.Select(exponent => -exponent)], matrix), given)).Leaves : null;
        LinearSolution found = SystemScaling.Solve(
            solver,
            new LinearSystem(scaled, PowerOfTwo(level) * b, start, system.Watch)
            {
                Preparation = system.Preparation.Of(int.MinValue),
                Memory = system.Memory?.Over(columns),
                Frame = this,
            });
        return found with { Value = (PowerOfTwo(-level) * Times(columns, found.Value)).Leaves };
    }

    private static Tensor[] Factors(ImmutableArray<int> exponents, LinearOperator matrix) =>
        [.. exponents.Select((exponent, i) => PowerOfTwo(exponent).To(matrix.InputTypes[i].DType))];

    private static LeafVector Times(Tensor[] factors, LeafVector vector) => vector.Leaves.Select((leaf, i) => factors[i] * leaf).ToArray();

    private static Tensor PowerOfTwo(int exponent) => Tensor.Scalar(Math.ScaleB(1, exponent));
}
