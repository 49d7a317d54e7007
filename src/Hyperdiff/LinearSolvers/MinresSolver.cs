using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Minimal residuals, for symmetric A, definite or not. See <see cref="LinearSolver.Minres"/>.</summary>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record MinresSolver(Tolerance Tolerance, int MaxIterations) : KrylovSolver(MaxIterations)
{
    // The Lanczos vectors lose orthogonality, so that what ought to be zero is some way above rounding.
    private const double NegligibleUnits = 1e4;

    /// <inheritdoc/>
    public override string Name => "MINRES";

    internal override SolverKind Kind => SolverKind.Minres;

    /// <inheritdoc/>
    public override MatrixClass Matrices => MatrixClass.Symmetric;

    internal override bool TakesPreconditioner => true;

    private protected override (Tensor[] X, SolveStatus? Status) Cycle(KrylovRun run, Tensor[] x, Tensor[] r)
    {
        LinearOperator matrix = run.System.Matrix;
        LinearOperator? inverse = run.System.Preconditioner;
        int leaves = x.Length;
        AlternatingRun step = matrix.Repeat(StepGraph(matrix, inverse), reach: 2);

        // with M in its norm, √(rᵀM r); what is judged is ‖r‖ all the same
        double length = new LeafVector(r).Magnitude();
        double norm = inverse is null ? length : Math.Sqrt(LeafVector.Dot(r, inverse * r).ToScalar());
        Tensor[] v = (Tensor.Scalar(1 / norm) * new LeafVector(r)).Leaves;
        Tensor[] z = inverse?.Apply(v) ?? [];
        Tensor[] first = inverse is null ? v : z;
        double firstColumn = 0, share = inverse is null ? 1 : length / norm;
        Tensor[] zero = LeafVector.Zeros(matrix.InputTypes);
        (Tensor[] previous, Tensor[] w, Tensor[] previousW) = (zero, zero, zero);
        (double beta, double cosine, double previousCosine, double sine, double previousSine, double eta, double scale) = (0, 1, 1, 0, 0, norm, 0);
        Span<double> scalars = stackalloc double[6];
        for (int update = 0; ; update++)
        {
            Tensor[] numbers = Array.ConvertAll([beta, previousCosine, cosine, previousSine, sine, eta], number => Tensor.Scalar(number));
            Tensor[] next = step.Run(Name, [.. v, .. previous, .. x, .. w, .. previousW, .. z, .. numbers, .. inverse?.Residuals ?? []]);
            run.Products++;
            Readings.Into(scalars, next.AsSpan(^6..));
            (double nextBeta, double pivot, double alpha) = (scalars[0], scalars[4], scalars[5]);
            scale = Math.Max(scale, Math.Abs(alpha) + beta + nextBeta);

            // of the tridiagonal matrix
            double column = double.Hypot(double.Hypot(alpha, beta), nextBeta);
            if (update == 0)
            {
                firstColumn = column;
            }
            else if (update == 1 && double.IsNaN(run.Asymmetry))
            {
                // v₀ᵀA v₁ − v₁ᵀA v₀ = β₂ v₀ᵀv₂, which symmetry makes zero
                double size = firstColumn + column, difference = nextBeta * Math.Abs(LeafVector.Dot(first, next[..leaves]).ToScalar());
                run.Asymmetry = size == 0 ? 0 : difference / size;
            }

            double negligible = NegligibleUnits * run.System.Epsilon * scale;
            if (pivot <= negligible)
            {
                // A v is a combination of the v's before, and adds nothing
                run.Monitor.Next(Math.Abs(eta) * share);
                return (x, SolveStatus.Singular);
            }

            (previousW, w, x) = (w, next[(2 * leaves)..(3 * leaves)], next[leaves..(2 * leaves)]);
            (previous, v) = (v, next[..leaves]);
            z = next[(3 * leaves)..^6];
            (previousCosine, cosine, previousSine, sine) = (cosine, scalars[1], sine, scalars[2]);
            (beta, eta) = (nextBeta, scalars[3]);
            SolveStatus? status = run.Next(x, Math.Abs(eta) * share);
            if (status is not null || beta <= negligible)
            {
                return (x, status);
            }
        }
    }

    /// <summary><c>(v, v₋, x, w, w₋, β, γ₋, γ, σ₋, σ, η, residuals) → (v′, x′, w′, β′, γ′, σ′, η′, ρ₁, α)</c>; with M, z = M v comes after the
    /// vectors, z′ likewise, and what its products share after the numbers.</summary>
    private static Graph StepGraph(LinearOperator matrix, LinearOperator? inverse) => matrix.Step(
        inverse is null ? typeof(MinresSolver) : (typeof(MinresSolver), inverse.Graph),
        vector => [.. vector, .. vector, .. vector, .. vector, .. vector, .. inverse is null ? [] : vector,
            .. Scalars(6), .. inverse?.Residuals.Select(tensor => tensor.Type) ?? []],
        (products, operands) =>
        {
            int leaves = matrix.InputTypes.Length;
            LeafVector Vector(int index) => operands[(index * leaves)..((index + 1) * leaves)];
            int vectors = inverse is null ? 5 : 6;
            Tensor[] numbers = operands[(vectors * leaves)..];
            (Tensor beta, Tensor previousCosine, Tensor cosine) = (numbers[0], numbers[1], numbers[2]);
            (Tensor previousSine, Tensor sine, Tensor eta) = (numbers[3], numbers[4], numbers[5]);
            LeafVector v = Vector(0);
            LeafVector z = inverse is null ? v : Vector(5);
            LeafVector q = products.Product(z);
            Tensor alpha = LeafVector.Dot(z, q);
            q = q - (alpha * v) - (beta * Vector(1));
            LeafVector image = inverse is null ? q : new OperatorProducts(inverse.Graph, numbers[6..]).Product(q);
            Tensor nextBeta = inverse is null ? q.OrdinaryNorm() : LeafVector.Dot(q, image).Sqrt();
            Tensor delta = (cosine * alpha) - (previousCosine * sine * beta);
            Tensor rho1 = (delta.Square() + nextBeta.Square()).Sqrt();
            Tensor rho2 = (sine * alpha) + (previousCosine * cosine * beta);
            Tensor rho3 = previousSine * beta;
            (Tensor nextCosine, Tensor nextSine) = (Ratio(delta, rho1), Ratio(nextBeta, rho1));
            LeafVector w = Ratio(Tensor.OnesLike(rho1), rho1) * (z - (rho3 * Vector(4)) - (rho2 * Vector(3)));
            LeafVector x = Vector(2) + (nextCosine * eta * w);
            Tensor[] nextZ = inverse is null ? [] : (Ratio(Tensor.OnesLike(nextBeta), nextBeta) * image).Leaves;
            return [.. (Ratio(Tensor.OnesLike(nextBeta), nextBeta) * q).Leaves, .. x.Leaves, .. w.Leaves, .. nextZ, nextBeta, nextCosine, nextSine,
                -(nextSine * eta), rho1, alpha];
        });
}
