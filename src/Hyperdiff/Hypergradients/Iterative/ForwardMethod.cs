using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Iterative differentiation in forward mode: the Jacobian of the iterate travels along with it.</summary>
/// <remarks>
/// <code>
/// Z₀ = 0,   Z_{t+1} = J_t Z_t + P_t,   ∇ℓ_T = h + Z_Tᵀ g
/// </code>
/// The derivative of F(w_T(λ), λ), the same as <see cref="ReverseMethod"/>'s up to rounding, and exact for any T. Memory is p + 1 states for p hyperparameters,
/// whatever T; time is p products with J_t and P_t per step, over one evaluation of the map: for few hyperparameters (a learning rate, a momentum, a penalty).
/// There is no gradient in the initial state. Source: Franceschi et al. (2017), "Forward and reverse gradient-based hyperparameter optimization",
/// arXiv:1703.01785, algorithm 2. Differs from the source in that columns are products with one linearization per step: Z_t is never multiplied as a matrix.
/// </remarks>
public sealed class ForwardMethod : IterativeMethod
{
    private readonly int _steps;

    internal ForwardMethod(int steps) => _steps = steps;

    private protected override string Name => nameof(Hypergradient) + ".Forward";

    private protected override string Settings => $"{_steps} steps";

    private protected override HypergradientOutcome ComputeCore(BilevelProblem problem, BilevelPoint point, HypergradientOptions options)
    {
        var trajectory = new DifferentiatedSteps(problem, point, _steps, options.Watch);
        InnerProblem inner = trajectory.Inner;

        // what is the same in every step is computed once, and so are its tangents
        InnerProblem steps = inner.WithoutInvariants();
        StepInvariants invariants = StepInvariants.Of(inner, point.HyperInputs);
        Axes active = [.. point.Inputs.Items, .. invariants.Inputs.Items];
        TensorType[] hyperTypes = point.HyperTypes;

        Tensor[][] directions = [.. Directions(hyperTypes).Select(direction => (Tensor[])[.. direction, .. invariants.Tangent(direction)])];
        Tensor[][] columns = [.. directions.Select(_ => LeafVector.Zeros(inner.ActiveTypes))];
        Tensor[] state = point.State.Tensors;
        for (int t = 0; t < _steps; t++)
        {
            options.Watch.Cancellation.ThrowIfCancellationRequested();
            InnerProblem local = steps.At(state);
            LinearMap map = LinearMap.At(Subgraph.Outputs(local.Graph, ..local.States), [.. state, .. local.Parameters], active);
            SolveException.ThrowUnlessConverged("A step of an inner solve", map.Reports);
            columns = [.. columns.Select((column, i) => Advance(local, map, column, directions[i]))];
            trajectory.Observe(t, state, map.Outputs);
            if (t == 0 || t == _steps - 1)
            {
                trajectory.NoteKinks(state);
            }

            state = map.Outputs;
        }

        BilevelPoint end = point.At(state);
        OuterDerivative outer = OuterDerivative.At(problem.OuterFunction, end);
        Tensor[] indirect = columns.Length == 0 ? LeafVector.Zeros(hyperTypes) : DenseMatrix.Parted(
            Tensor.Stack(0, [.. columns.Select(column => LeafVector.Dot(column, outer.StateGradient))]).Total(), hyperTypes);
        return new IterativeOutcome(trajectory.End((outer, end), indirect, (_steps * (1L + columns.Length), 0), (_steps, [])), null,
            "derivatives in λ alone travel forward; Hypergradient.Reverse goes back to the start");
    }

    /// <summary>J z + P e.</summary>
    private static Tensor[] Advance(InnerProblem problem, LinearMap map, Tensor[] column, Tensor[] direction)
    {
        (Tensor?[] tangents, ImmutableArray<SolveReport> reports) = map.Apply([.. column, .. direction]);
        SolveException.ThrowUnlessConverged("A step of an inner solve", reports);
        return [.. problem.Active.Items.Select((leaf, i) => tangents[leaf] ?? Tensor.ZerosLike(column[i]))];
    }

    /// <summary>The unit vectors of λ, one per hyperparameter.</summary>
    private static Tensor[][] Directions(TensorType[] types)
    {
        Tensor[] zeros = LeafVector.Zeros(types);
        var directions = new List<Tensor[]>();
        for (int leaf = 0; leaf < types.Length; leaf++)
        {
            for (int element = 0; element < types[leaf].Shape.ElementCount; element++)
            {
                var unit = new double[types[leaf].Shape.ElementCount];
                unit[element] = 1;
                Tensor[] direction = [.. zeros];
                direction[leaf] = Tensor.Wrap(unit, types[leaf].Shape).To(types[leaf].DType);
                directions.Add(direction);
            }
        }

        return [.. directions];
    }
}
