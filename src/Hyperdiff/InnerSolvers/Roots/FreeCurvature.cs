using System.Collections.Immutable;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The curvature of a Lagrangian along what its active constraints leave free, at a root of the conditions of Karush, Kuhn and Tucker.</summary>
/// <remarks>
/// Of the derivative of those conditions in (w, ν, μ) the first column holds ∇²L and the rows C of the active constraints (those of inactive ones vanish, as
/// the derivative of φ does in their slack). So
/// <code>
/// P ∇²L P,    P = I − Cᵀ(C Cᵀ)⁻¹ C
/// </code>
/// takes products with that derivative and its transpose only. Source: Nocedal and Wright (2006), "Numerical Optimization", doi:10.1007/978-0-387-40065-5, 2nd
/// edition, theorem 12.5, the second-order necessary condition.
/// </remarks>
internal static class FreeCurvature
{
    // the multipliers are the last leaves of a point
    private const int Multipliers = 2;

    /// <summary>Whether a direction of negative curvature was found, and how many products that took.</summary>
    public static (bool Found, int Products) FindsNegative(InnerProblem problem, LinearMap map)
    {
        LinearOperator derivative = ConditionProbe.Operator(problem, map);
        LinearOperator transposed = derivative.Transpose();
        ImmutableArray<TensorType> types = [.. derivative.InputTypes.SkipLast(Multipliers)];
        ImmutableArray<TensorType> constraints = [.. derivative.InputTypes.TakeLast(Multipliers)];
        if (types.IsEmpty)
        {
            return (false, 0);
        }

        var normal = LinearOperator.From(u => Rows(derivative, Columns(transposed, types, u), constraints), constraints.AsSpan());
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

        LeafVector Free(LeafVector v)
        {
            LinearSolution multipliers = solver.Solve(normal, Rows(derivative, v.Leaves, constraints));
            products += multipliers.Report.Products + 2;
            return v - Columns(transposed, types, multipliers.Value);
        }
    }

    /// <summary>C v.</summary>
    private static Tensor[] Rows(LinearOperator derivative, Tensor[] v, ImmutableArray<TensorType> constraints) =>
        derivative.Apply([.. v, .. LeafVector.Zeros(constraints)])[v.Length..];

    /// <summary>Cᵀ u.</summary>
    private static Tensor[] Columns(LinearOperator transposed, ImmutableArray<TensorType> types, Tensor[] u) =>
        transposed.Apply([.. LeafVector.Zeros(types), .. u])[..types.Length];
}
