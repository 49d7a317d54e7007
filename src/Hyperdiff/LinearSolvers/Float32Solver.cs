using System.Collections.Immutable;
using System.Globalization;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Iterates in <c>float32</c>, and keeps to the tolerance in <c>float64</c>: half of the memory to move and twice the numbers per instruction, for
/// systems whose products take the time. See <see cref="LinearSolver.InFloat32"/>.</summary>
/// <param name="Inner">Solves each round.</param>
/// <param name="MaxRounds">The most rounds.</param>
internal sealed record Float32Solver(LinearSolver Inner, int MaxRounds) : LinearSolver
{
    /// <inheritdoc/>
    internal override bool IsValue => Inner.IsValue;

    // what a round may gain in float32: its recurrences lose their meaning from some roundings on
    private const double MostPerRound = 1e-6;
    private const double Margin = 0.5;

    // less is not worth a round
    private const double LeastGain = 0.1;

    /// <summary>Solves each round.</summary>
    public LinearSolver Inner { get; init => field = Setting.Given(value, nameof(Inner)); } = Setting.Given(Inner, nameof(Inner));

    /// <summary>The most rounds.</summary>
    public int MaxRounds { get; init => field = Setting.Count(value, 0, nameof(MaxRounds)); } = Setting.Count(MaxRounds, 0, nameof(MaxRounds));

    /// <inheritdoc/>
    public override string Name => $"{Inner.Name} in float32";

    internal override SolverKind Kind => SolverKind.CorrectionRounds;

    /// <inheritdoc/>
    public override MatrixClass Matrices => Inner.Matrices;

    /// <inheritdoc/>
    public override Tolerance Tolerance
    {
        get => Inner.Tolerance;
        init => Inner = Inner with { Tolerance = value };
    }

    /// <inheritdoc/>
    protected internal override bool IsScaleFree => Inner.IsScaleFree;

    internal override bool ForgetsUnits => Inner.ForgetsUnits;

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system)
    {
        if (system.Matrix.InputTypes.All(type => type.DType != DType.Float64))
        {
            return Inner.Iterate(system);
        }

        LinearOperator? matrix = system.Preparation.Once(typeof(Float32Solver), () => new Narrow(Of(system.Matrix))).Value!.Matrix;
        bool narrow = matrix is not null;
        double threshold = system.ThresholdOf(Tolerance), last = double.PositiveInfinity;
        long products = 0;
        LinearSolution found = CorrectionRounds.Run(
            this,
            system,
            MaxRounds,
            r =>
            {
                double size = new LeafVector(r).Magnitude(), needed = Margin * threshold / size;
                narrow &= size <= LeastGain * last;
                last = size;
                LinearSolution correction = narrow ? Correction(system.Within(matrix!, InFloat32(r, size)), needed, size, system.Matrix.InputTypes)
                    : (Inner with { Tolerance = new Tolerance(needed, 0) }).Iterate(system.Within(system.Matrix, r));
                products += narrow ? correction.Report.Products + correction.Report.TransposedProducts : 0;
                return correction;
            },
            status =>
            {
                // where the updates are used up, so they are in float64
                (bool again, narrow) = (narrow && status is not (SolveStatus.MaxIterations or SolveStatus.Cancelled), false);
                return again;
            });
        return found with
        {
            Report = found.Report with
            {
                Solver = matrix is null ? $"{Inner.Name}, in float64: the operator has no form in float32"
                    : string.Create(CultureInfo.InvariantCulture, $"{Name}, {products} of {found.Report.Products + found.Report.TransposedProducts} products"),
            },
        };
    }

    /// <summary>A₃₂; null if there is none.</summary>
    private static LinearOperator? Of(LinearOperator matrix) => Precision.Narrowed(matrix.Graph) is { } graph
        ? new LinearOperator(graph, Array.ConvertAll(matrix.Residuals, Precision.Narrowed)) : null;

    // about 1, by an exact power of two
    private static Tensor[] InFloat32(Tensor[] r, double size) =>
        Array.ConvertAll((Tensor.Scalar(Math.ScaleB(1, -Math.ILogB(size))) * new LeafVector(r)).Leaves, leaf => leaf.To(DType.Float32));

    /// <summary>d, in the types and in the unit of r. What stagnated at the roundings of <c>float32</c> has done what it could.</summary>
    private LinearSolution Correction(LinearSystem system, double needed, double size, ImmutableArray<TensorType> types)
    {
        LinearSolution found = (Inner with { Tolerance = new Tolerance(GainFor(needed), 0) }).Iterate(system with { Preparation = system.Preparation.Narrow });
        Tensor unit = Tensor.Scalar(Math.ScaleB(1, Math.ILogB(size)));
        return found with
        {
            Value = [.. found.Value.Select((leaf, i) => (unit * leaf.To(DType.Float64)).To(types[i].DType))],
            Report = found.Report.Status == SolveStatus.Stagnated ? found.Report with { Status = SolveStatus.Converged } : found.Report,
        };
    }

    /// <summary>To how much of itself a round brings the residual, so that as many rounds as <c>float32</c> needs gain evenly.</summary>
    /// <param name="needed">To how much all of them bring it; 0 where that is not known.</param>
    internal static double GainFor(double needed) => needed > 0
        ? Math.Pow(needed, 1 / Math.Max(1, Math.Ceiling(Math.Log(needed) / Math.Log(MostPerRound)))) : MostPerRound;

    private sealed record Narrow(LinearOperator? Matrix);
}
