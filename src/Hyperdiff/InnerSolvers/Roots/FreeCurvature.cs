using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The curvature of a Lagrangian along what its active constraints leave free, at a root of the conditions of Karush, Kuhn and Tucker.</summary>
/// <remarks>
/// Of the derivative of those conditions in (w, ν, μ) the first column holds ∇²L and the rows C of the active constraints (those of inactive ones vanish, as
/// the derivative of φ does in their slack). So
/// <code>
/// P ∇²L P,    P = I − Cᵀ(C Cᵀ)⁻¹ C
/// </code>
/// takes products with that derivative and its transpose only. P is the same whatever the units of the rows of C, in which C Cᵀ would overflow or be badly
/// scaled: rows of equalities are brought to about 1 each, those of inequalities together, since the rows of inactive ones are rounding. Source: Nocedal and
/// Wright (2006), "Numerical Optimization", doi:10.1007/978-0-387-40065-5, 2nd edition, theorem 12.5, the second-order necessary condition.
/// </remarks>
internal static class FreeCurvature
{
    // the multipliers are the last leaves of a point
    private const int Multipliers = 2;
    private const int Draws = 3;
    private const int Seed = 1;

    /// <summary>Whether a direction of negative curvature was found, and how many products that took.</summary>
    public static (bool Found, int Products) FindsNegative(InnerProblem problem, LinearOperator derivative)
    {
        LinearOperator transposed = derivative.Transpose();
        ImmutableArray<TensorType> types = [.. derivative.InputTypes.SkipLast(Multipliers)];
        ImmutableArray<TensorType> constraints = [.. derivative.InputTypes.TakeLast(Multipliers)];
        if (types.IsEmpty)
        {
            return (false, 0);
        }

        Tensor[] units = Units(derivative, types, constraints);
        var normal = LinearOperator.From(
            u => Scaled(units, Rows(derivative, Columns(transposed, types, Scaled(units, u)), constraints)), constraints.AsSpan());
        LinearSolver solver = LinearSolver.ConjugateGradient(Math.Cbrt(problem.Epsilon * problem.Epsilon));
        (long products, double scale) = (0, 0);
        CurvatureProbe.Finding found = CurvatureProbe.Look(types, OnFree, problem.Epsilon, () => scale);
        return (found.IsNegative, (2 * found.Products) + (int)products);

        LeafVector OnFree(LeafVector v)
        {
            // where little is free the projection is rounding of the whole
            scale = Math.Max(scale, Curvature(v).Magnitude());
            return Free(Curvature(Free(v)));
        }

        LeafVector Curvature(LeafVector v) => derivative.Apply([.. v.Leaves, .. LeafVector.Zeros(constraints)])[..types.Length];

        // of a vector of about 1, since the unit of f times that of a constraint may be beyond the numbers
        LeafVector Free(LeafVector v)
        {
            double unit = Inverse(v.Magnitude(), v.Leaves[0].DType);
            LeafVector x = unit * v;
            LinearSolution multipliers = solver.Solve(normal, Scaled(units, Rows(derivative, x.Leaves, constraints)));
            products += (2 * multipliers.Report.Products) + 2;
            return 1 / unit * (x - Columns(transposed, types, Scaled(units, multipliers.Value)));
        }
    }

    /// <summary>The inverse units of the rows of C, powers of two, as random vectors show them.</summary>
    private static Tensor[] Units(LinearOperator derivative, ImmutableArray<TensorType> types, ImmutableArray<TensorType> constraints)
    {
        var random = new Random(Seed);
        double[][] most = [.. constraints.Select(type => new double[type.Shape.ElementCount])];
        for (int draw = 0; draw < Draws; draw++)
        {
            Tensor[] rows = Rows(derivative, [.. types.Select(type => RoundingLevel.Signs(Tensor.Zeros(type.Shape, type.DType), random))], constraints);
            most = [.. most.Zip(rows, (sizes, row) => sizes.Zip(row.Abs().To(DType.Float64).ToArray<double>(), Math.Max).ToArray())];
        }

        return [.. most.Select((sizes, leaf) => Tensor.From(
            [.. sizes.Select(size => Inverse(leaf == 0 ? size : sizes.Max(), constraints[leaf].DType))], constraints[leaf].Shape).To(constraints[leaf].DType))];
    }

    // the power of two that brings a number to about 1, a normal number of the type
    private static double Inverse(double size, DType type)
    {
        int most = type == DType.Float32 ? 126 : 1022;
        return size > 0 && double.IsFinite(size) ? Math.ScaleB(1, -Math.Clamp(Math.ILogB(size), -most, most)) : 1;
    }

    private static Tensor[] Scaled(Tensor[] units, Tensor[] x) => [.. units.Zip(x, (unit, leaf) => unit * leaf)];

    /// <summary>C v.</summary>
    private static Tensor[] Rows(LinearOperator derivative, Tensor[] v, ImmutableArray<TensorType> constraints) =>
        derivative.Apply([.. v, .. LeafVector.Zeros(constraints)])[v.Length..];

    /// <summary>Cᵀ u.</summary>
    private static Tensor[] Columns(LinearOperator transposed, ImmutableArray<TensorType> types, Tensor[] u) =>
        transposed.Apply([.. LeafVector.Zeros(types), .. u])[..types.Length];
}
