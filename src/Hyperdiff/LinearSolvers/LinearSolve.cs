using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The solution of a linear system as a primitive: <c>A(θ) x = b</c>.</summary>
/// <remarks>
/// Differentiating the system gives <c>A ẋ = ḃ − Ȧ x</c>, a solve with the same matrix; in b it is linear, and its transpose is a solve with Aᵀ. So derivatives
/// of any order are those of the exact solution, and their accuracy is that of the solves, each of which reports.
/// </remarks>
/// <param name="Matrix">The graph <c>(v, θ) → A(θ) v</c>.</param>
/// <param name="Parameters">The number of leaves of θ.</param>
/// <param name="Solver">Solves with A.</param>
/// <param name="TransposedSolver">Solves with Aᵀ.</param>
/// <param name="Purpose">What the system is, for reports: tangent, adjoint.</param>
/// <param name="TransposedPurpose">What the transposed system is.</param>
internal sealed record LinearSolve(Graph Matrix, int Parameters, LinearSolver Solver, LinearSolver TransposedSolver, string Purpose,
    string TransposedPurpose) : Primitive
{
    /// <inheritdoc/>
    internal override bool IsValue => Matrix.IsValue && Solver.IsValue && TransposedSolver.IsValue;

    /// <summary>How many operands follow θ, whose sizes are the units of the leaves (<see cref="LeafUnits"/>): the state that A belongs to, or none.</summary>
    public int Units { get; init; }

    /// <summary>The unit of b as a power of that of the state, −1, 0 or 1.</summary>
    public int Rows { get; init; }

    /// <summary>Whether this is the adjoint of the system whose units they are.</summary>
    public bool IsAdjoint { get; init; }

    // of v, and of b
    private int Leaves => Matrix.Outputs.Length;

    /// <inheritdoc/>
    public override string Name => $"{Purpose}, {Solver.Name}";

    /// <inheritdoc/>
    public override int? ReportResult => Leaves;

    /// <inheritdoc/>
    internal override Primitive? Widened(ReadOnlySpan<bool> linear) => linear[Leaves..].Contains(true)
        ? null : this with { Matrix = Widening.Of(Matrix, [.. Enumerable.Range(0, Leaves)]) };

    /// <inheritdoc/>
    internal override TensorType[] Wanted(ReadOnlySpan<TensorType> operands) => [.. Matrix.InputTypes, .. operands[^Units..]];

    /// <inheritdoc/>
    internal override bool Communicates => Matrix.Communicates;

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) =>
        [.. Matrix.Inputs.Take(Leaves).Select(input => input.Type), SolveReport.TensorType];

    /// <inheritdoc/>
    public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        LinearOperator matrix = MatrixOf(operands, UnitsOf(operands));
        return Results(Solver.Solve(matrix, operands[..Leaves].ToArray(), null, Work.Cancellation));
    }

    /// <summary>With one matrix for all right-hand sides, what depends on it alone is made once: the columns of a Jacobian are such a batch.</summary>
    internal override Func<Tensor[], Tensor[]>? Repeated(IBackend backend, ReadOnlySpan<Tensor> operands, Axes changing)
    {
        if (changing.Items.Any(operand => operand >= Leaves && operand < Leaves + Parameters))
        {
            return null;
        }

        // units that change with the item are those of few
        bool changes = changing.Items.Any(operand => operand >= Leaves);
        PreparedSolver prepared = Solver.Prepare(MatrixOf(operands, changes ? null : UnitsOf(operands)));
        return all => changes && UnitsOf(all) is { } units
            ? Results(Solver.Solve(MatrixOf(all, units), all[..Leaves], null, Work.Cancellation))
            : Results(prepared.Solve(all[..Leaves], cancellation: Work.Cancellation));
    }

    private LeafUnits? UnitsOf(ReadOnlySpan<Tensor> operands) =>
        LeafUnits.OfTangents(Rows, operands[^Units..]) is { } units ? IsAdjoint ? units.Transposed : units : null;

    private LinearOperator MatrixOf(ReadOnlySpan<Tensor> operands, LeafUnits? units) =>
        new(Matrix, operands.Slice(Leaves, Parameters).ToArray()) { Units = units };

    /// <summary>Every item is a system of its own, with its own tolerance and report.</summary>
    public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size) => ItemByItem.Of(this, operands, size);

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor[] parameters = operands.Slice(Leaves, Parameters).ToArray(), rightHandSide = new Tensor[Leaves];

        // Ȧ x: the derivative of (v, θ) ↦ A(θ) v in θ, at v = x
        var given = GivenTangents.Of([.. new Tensor?[Leaves], .. tangents.Slice(Leaves, Parameters)]);
        Tensor?[] change = given.Active.Count > 0 ? given.Along(Matrix, [.. results[..^1], .. parameters]) : new Tensor?[Leaves];
        for (int i = 0; i < rightHandSide.Length; i++)
        {
            Tensor zero = Tensor.ZerosLike(operands[i]);
            rightHandSide[i] = (tangents[i], change[i]) switch
            {
                (null, null) => zero,
                ({ } db, null) => db,
                (null, { } ax) => -ax,
                var (db, ax) => db! - ax!,
            };
        }

        return [.. Apply([.. rightHandSide, .. parameters, .. operands[^Units..]])[..^1], null];
    }

    private static Tensor[] Results(LinearSolution solution) => [.. solution.Value, solution.Report.ToTensor()];

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands)
    {
        var rightHandSide = new Tensor[Leaves];
        for (int i = 0; i < Leaves; i++)
        {
            rightHandSide[i] = cotangents[i] ?? Tensor.Zeros(operands[i].Type.Shape, operands[i].Type.DType);
        }

        var parameters = new Tensor[Parameters];
        for (int i = 0; i < Parameters; i++)
        {
            parameters[i] = operands[Leaves + i].Known ?? throw new InvalidOperationException("A linear solve is linear in its right-hand side only.");
        }

        var units = new Tensor[Units];
        for (int i = 0; i < Units; i++)
        {
            units[i] = operands[^(Units - i)].Value;
        }

        var transposed = new LinearSolve(Transposition.Of(Matrix, Parameters).Graph, Parameters, TransposedSolver, Solver, TransposedPurpose, Purpose)
        {
            Units = Units,
            Rows = Rows,
            IsAdjoint = !IsAdjoint,
        };
        Tensor[] solution = transposed.Apply([.. rightHandSide, .. parameters, .. units]);
        return [.. solution[..^1], .. new Tensor?[Parameters + Units]];
    }
}
