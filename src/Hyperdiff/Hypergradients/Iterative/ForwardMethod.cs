using Hyperdiff.Graphs;
using System.Collections.Immutable;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Iterative differentiation forwards: the Jacobian of the iterate travels along with it.</summary>
/// <remarks>
/// <code>
/// Z₀ = 0,   Z_{t+1} = J_t Z_t + P_t,   ∇ℓ_T = h + Z_Tᵀ g
/// </code>
/// The derivative of F(w_T(λ), λ), the same as <see cref="ReverseMethod"/>'s up to rounding, and exact for any T. Memory is p + 1 states for p hyperparameters,
/// whatever T; time is p products
/// with J_t and P_t per step, over one evaluation of the map: for few hyperparameters (a learning rate, a momentum, a penalty). There is no gradient in the
/// initial state.
/// Source: Franceschi et al. (2017), "Forward and reverse gradient-based hyperparameter optimization", algorithm 2. Differs from the source in that columns are
/// products with one
/// linearization per step: Z_t is never multiplied as a matrix.
/// </remarks>
public sealed class ForwardMethod : IterativeMethod
{
    private readonly int _steps;

    internal ForwardMethod(int steps) => _steps = steps;

    private protected override IterativeHypergradient<TState, THyper> IterateCore<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, SolveWatch watch)
    {
        using Work.Scope work = Work.Under(watch.Cancellation);
        IBoundFunction<TState, THyper> function = problem.Map.Function;
        FlatTree<TState> first = function.FlattenState(start);
        FlatTree<THyper> flatHyper = function.FlattenHyper(hyper);
        flatHyper.RequireActive("A hypergradient");
        InnerProblem inner = InnerProblem.Of(function, first, flatHyper);
        Axes hyperInputs = [.. flatHyper.Active.Select(i => first.Leaves.Length + i)];

        // what is the same in every step is computed once, and so are its tangents
        InnerProblem steps = inner.WithoutInvariants();
        StepInvariants invariants = StepInvariants.Of(inner, hyperInputs);
        Axes active = [.. inner.Active.Items, .. hyperInputs.Items, .. invariants.Inputs.Items];
        TensorType[] hyperTypes = [.. hyperInputs.Items.Select(i => inner.Graph.Inputs[i].Type)];

        Tensor[][] directions = [.. Directions(hyperTypes).Select(direction => (Tensor[])[.. direction, .. invariants.Tangent(direction)])];
        Tensor[][] columns = [.. directions.Select(_ => LeafVector.Zeros(inner.ActiveTypes))];
        Tensor[] state = first.Tensors;
        var kinks = new List<Kink>();
        (double firstStep, double lastStep) = (0, 0);
        for (int t = 0; t < _steps; t++)
        {
            watch.Cancellation.ThrowIfCancellationRequested();
            InnerProblem local = steps.At(state);
            LinearMap map = LinearMap.At(Subgraph.Outputs(local.Graph, ..local.States), [.. state, .. local.Parameters], active);
            SolveException.ThrowUnlessConverged("A step of an inner solve", map.Reports);
            columns = [.. columns.Select((column, i) => Advance(local, map, column, directions[i]))];
            lastStep = (new LeafVector(inner.ActiveOf(map.Outputs)) - inner.ActiveOf(state)).Norm().ToScalar();
            firstStep = t == 0 ? lastStep : firstStep;
            watch.Of(TrajectoryReport.Name(function.Name, _steps)).Tell(t, lastStep, double.PositiveInfinity);
            if (t == 0 || t == _steps - 1)
            {
                kinks.AddRange(KinkWarnings.OfStep(inner, state, hyperInputs));
            }

            state = map.Outputs;
        }

        OuterDerivative outer = OuterDerivative.At(problem.Outer, function.FlattenState(first.Rebuild(state)), flatHyper);
        double[] indirect = [.. columns.Select(column => LeafVector.Dot(column, outer.StateGradient).ToScalar())];
        SolveReport report = TrajectoryReport.Of(function.Name, _steps, firstStep, lastStep, (_steps * (1L + columns.Length), 0));
        ImmutableArray<bool> used = UnusedHyperparameters.UsedBySteps(inner, hyperInputs, _steps);
        var parts = new HypergradientParts<TState, THyper>(
            outer.Value,
            first.Rebuild(state),
            flatHyper.RebuildActive(outer.HyperGradient),
            flatHyper.RebuildActive(DenseMatrix.Leaves(indirect, hyperTypes)),
            function.HyperTree,
            report,
            [.. UnusedHyperparameters.Find(flatHyper, outer.DependsOn, used), .. TrajectoryReport.Warnings(report, problem.IsStationary),
                .. UnusedHyperparameters.WithoutEffect(flatHyper, [.. outer.DependsOn.Zip(used, (o, i) => o || i)], outer.HyperGradient,
                    DenseMatrix.Leaves(indirect, hyperTypes), inner, first.Tensors, hyperInputs), .. outer.Warnings,
                    .. KinkWarnings.OfSteps(function.Name, kinks)]);
        return new IterativeHypergradient<TState, THyper>(parts, default);
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
