namespace Hyperdiff;

/// <summary>Brings a system to numbers that can be squared, by exact powers of two, and its solution back.</summary>
/// <remarks>
/// <code>
/// (2^−a A) x′ = 2^−c b,   x = 2^(c−a) x′
/// </code>
/// So <c>x(2ᵏ b) = 2ᵏ x(b)</c> to the last bit while nothing that is given or returned is subnormal or overflows, and <c>2ᵏ A</c> likewise for solvers that
/// know no unit of A (<see cref="LinearSolver.IsScaleFree"/>). b tells its size; that of A shows in the solution: where it is out of all proportion to b, one
/// more product measures A, and if it was A that is large or small, the system is solved again with a scaled one. In the ordinary range nothing is scaled and
/// nothing costs more than the norm of x.
/// </remarks>
internal static class SystemScaling
{
    // Squares, and squares of products with AᵀA, stay far from the ends of float64; residuals that shrink by 1e-10 and more, from those of float32.
    private const int OrdinaryOfFloat64 = 120;
    private const int OrdinaryOfFloat32 = 20;

    /// <summary>Solves a system whose types were checked, in the caller's units.</summary>
    public static LinearSolution Solve(LinearSolver solver, LinearSystem given)
    {
        (LinearOperator matrix, Tensor[] rightHandSide, Tensor[]? start) = (given.Matrix, given.RightHandSide.Leaves, given.GivenStart);
        double norm = new LeafVector(rightHandSide).Magnitude();

        // no residual but 0 is small beside b = 0, and zero is the solution; who asks for a number of updates has them made
        start = norm == 0 && solver.Tolerance is not { Relative: 0, Absolute: 0 } ? null : start;
        bool narrow = matrix.InputTypes.Any(type => type.DType == DType.Float32);
        int ordinary = narrow || matrix.Graph.ComputesInFloat32 ? OrdinaryOfFloat32 : OrdinaryOfFloat64;
        int c = Exponent(norm, narrow);
        c = Math.Abs(c) <= ordinary ? 0 : c;
        LinearSystem system = System(c, 0);
        LinearSolution found = solver.Iterate(system);
        if (!solver.IsScaleFree || norm == 0 || !double.IsFinite(norm) || !IsDisproportionate(found.Value))
        {
            return Returned(given, Held(system, found, c), (c, c));
        }

        int a = ExponentOf(matrix, (PowerOfTwo(-c) * new LeafVector(rightHandSide)).Leaves, narrow);
        if (Math.Abs(a) <= ordinary)
        {
            return Returned(given, Held(system, found, c), (c, c));
        }

        system = System(c, a);
        return Returned(given, Held(system, solver.Iterate(system), c - a), (c, c - a));

        LinearSystem System(int c, int a) => new(
            a == 0 ? matrix : Scaled(matrix, a), Times(rightHandSide, -c), start is null ? null : Times(start, a - c), given.Watch.Scaled(c))
        { Scale = Math.ScaleB(norm, -c), Unit = -c, Level = -a, Preparation = given.Preparation.Of(a), Memory = given.Memory, Frame = given.Frame };

        bool IsDisproportionate(Tensor[] x)
        {
            double size = new LeafVector(x).Magnitude();
            return size == 0 || !double.IsFinite(size) || Math.Abs(Math.ILogB(size) - (Math.ILogB(norm) - c)) > ordinary;
        }
    }

    /// <summary>What was found, judged anew where the caller's unit makes other numbers of it: infinite ones, subnormal ones, zeros.</summary>
    private static LinearSolution Held(LinearSystem system, LinearSolution found, int exponent)
    {
        if (exponent == 0 || !found.Report.Converged)
        {
            return found;
        }

        Tensor[] held = Times(Times(found.Value, exponent), -exponent);
        if ((new LeafVector(held) - found.Value).Magnitude() == 0)
        {
            return found;
        }

        double residual = new LeafVector(system.Residual(held)).Magnitude();
        return residual <= found.Report.Tolerance ? found : found with
        {
            Report = found.Report with
            {
                Solver = $"{found.Report.Solver}, a solution beyond the range of its type",
                Status = double.IsFinite(residual) ? SolveStatus.Stagnated : SolveStatus.NonFiniteIterate,
                Residual = residual,
                Products = found.Report.Products + 1,
            },
        };
    }

    private static LinearSolution Returned(LinearSystem given, LinearSolution found, (int C, int Exponent) scale) => found with
    {
        Value = given.Placed(Times(found.Value, scale.Exponent)),
        Report = found.Report with
        {
            Residual = Math.ScaleB(found.Report.Residual, scale.C),
            Tolerance = Math.ScaleB(found.Report.Tolerance, scale.C),
            Error = Scaled(found.Report.Error, scale.Exponent)
        },
    };

    private static ErrorInterval Scaled(ErrorInterval error, int exponent) => new(Math.ScaleB(error.Low, exponent), Math.ScaleB(error.High, exponent));

    // halves on both sides of A, so that products within it stay as far from the ends of the type as they can
    private static LinearOperator Scaled(LinearOperator matrix, int a)
    {
        int half = a / 2;
        return matrix.Derive(
            typeof(SystemScaling), [PowerOfTwo(-half), PowerOfTwo(half - a)], (products, factors, v) => factors[1] * products.Product(factors[0] * v));
    }

    /// <summary>About log₂ ‖A b‖/‖b‖.</summary>
    private static int ExponentOf(LinearOperator matrix, Tensor[] vector, bool narrow)
    {
        // a product that overflows, or vanishes, is taken with a vector that was scaled against that
        int far = narrow ? 64 : 512;
        double size = new LeafVector(vector).Magnitude();
        foreach (int shift in (int[])[0, -far, far])
        {
            double image = new LeafVector(matrix.Apply(Times(vector, shift))).Magnitude();
            if (image > 0 && double.IsFinite(image))
            {
                return Math.ILogB(image) - Math.ILogB(size) - shift;
            }
        }

        return 0;
    }

    // what 2^−c is a normal number of the narrowest type for
    private static int Exponent(double norm, bool narrow) => norm == 0 || !double.IsFinite(norm)
        ? 0 : Math.Clamp(Math.ILogB(norm), narrow ? -126 : -1022, narrow ? 126 : 1022);

    private static Tensor[] Times(Tensor[] vector, int exponent)
    {
        // in two halves, each of which is a normal number
        int half = exponent / 2;
        return exponent == 0 ? vector : (PowerOfTwo(half) * (PowerOfTwo(exponent - half) * new LeafVector(vector))).Leaves;
    }

    private static Tensor PowerOfTwo(int exponent) => Tensor.Scalar(Math.ScaleB(1, exponent));
}
