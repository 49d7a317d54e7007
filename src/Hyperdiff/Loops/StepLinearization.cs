using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The body of a loop as two: one that computes the step and what its derivative needs, and one that applies the derivative.</summary>
/// <remarks>
/// Of what the derivative needs, only what changes from step to step and is not a slice already is stacked; what is the same in every step is computed before
/// the loop.
/// </remarks>
/// <param name="Active">The inputs of the body with a tangent: those asked for, and the carries that these reach in any step.</param>
/// <param name="Before">From the constants to further ones, which the primal body takes as well; null if there are none.</param>
/// <param name="Primal">From carries, slices and constants to carries, outputs and what is stacked.</param>
/// <param name="Tangent">
/// From the tangents of the active carries; of the active slices, the stacks, the slices that are needed; of the active constants, and the constants that are
/// needed; to tangents of the active carries and outputs.
/// </param>
/// <param name="NeededSlices">The slices that the derivative needs.</param>
/// <param name="NeededConstants">The constants that the derivative needs, the further ones counted after the first.</param>
/// <param name="ActiveOutputs">The outputs, counted after the carries, that have a tangent.</param>
internal sealed record StepLinearization(
    Axes Active, Graph? Before, Graph Primal, Graph Tangent, Axes NeededSlices, Axes NeededConstants, Axes ActiveOutputs)
{
    /// <summary>The linearization of a body, kept with it.</summary>
    /// <param name="body">From carries, slices and constants to carries and outputs.</param>
    /// <param name="carries">The number of carries.</param>
    /// <param name="slices">The number of slices.</param>
    /// <param name="active">The inputs that have a tangent before the first step.</param>
    /// <param name="runs">Whether there is a first step for certain.</param>
    public static StepLinearization Of(Graph body, int carries, int slices, Axes active, bool runs = false) =>
        body.Derive(new Key(carries, slices, active, runs), graph => Linearize(graph, new Key(carries, slices, active, runs)));

    /// <summary>The inputs with a tangent, and the linearization of one step in them.</summary>
    public static (Axes Active, LinearizedGraph Step) Reached(Graph body, int carries, Axes active)
    {
        while (true)
        {
            LinearizedGraph step = Linearization.Of(body, active);
            Axes reached = [.. active.Items.Concat(step.ActiveOutputs.Where(output => output < carries)).Distinct().Order()];
            if (reached == active)
            {
                return (active, step);
            }

            active = reached;
        }
    }

    private static StepLinearization Linearize(Graph body, Key of)
    {
        (int carries, int slices) = (of.Carries, of.Slices);
        (Axes active, LinearizedGraph step) = Reached(body, carries, of.Active);
        LoopInvariants invariants = LoopInvariants.Of(step.Primal, carries + slices, of.Runs);
        var residuals = new Residuals(invariants.Body, body.Outputs.Length, carries, slices);
        Graph primal = Subgraph.Of(
            invariants.Body,
            [.. Enumerable.Range(0, invariants.Body.Inputs.Length)],
            [.. Enumerable.Range(0, body.Outputs.Length), .. residuals.Stacked.Select(i => body.Outputs.Length + i)]);

        Axes activeCarries = [.. active.Items.Where(input => input < carries)];
        Axes activeSlices = [.. active.Items.Where(input => input >= carries && input < carries + slices)];
        Axes activeConstants = [.. active.Items.Where(input => input >= carries + slices)];
        Axes activeOutputs = [.. step.ActiveOutputs.Where(output => output >= carries).Select(output => output - carries)];
        TensorType[] types =
        [
            .. activeCarries.Items.Concat(activeSlices.Items).Select(input => body.Inputs[input].Type),
            .. residuals.Stacked.Select(i => step.Plain.Inputs[active.Count + i].Type),
            .. residuals.Slices.Items.Select(slice => invariants.Body.Inputs[carries + slice].Type),
            .. activeConstants.Items.Select(input => body.Inputs[input].Type),
            .. residuals.Constants.Items.Select(constant => invariants.Body.Inputs[carries + slices + constant].Type),
        ];
        Graph tangent = Simplification.Of(TracedFunction.Of(
            operands =>
            {
                var next = new OperandReader(operands);
                Tensor[] carriesAndSlices = next.Take(activeCarries.Count + activeSlices.Count);
                (Tensor[] stacks, Tensor[] sliceValues) = (next.Take(residuals.Stacked.Length), next.Take(residuals.Slices.Count));
                (Tensor[] constants, Tensor[] constantValues) = (next.Take(activeConstants.Count), next.Take(residuals.Constants.Count));
                Tensor[] results = step.Plain.Call([.. carriesAndSlices, .. constants, .. residuals.Of(stacks, sliceValues, constantValues)]).Outputs;
                Tensor tangentOf(int output) => step.ActiveOutputs.IndexOf(output) is >= 0 and var position
                    ? results[position]
                    : Tensor.Zeros(body.Outputs[output].Type.Shape, body.Outputs[output].Type.DType);
                return [.. activeCarries.Items.Select(tangentOf), .. activeOutputs.Items.Select(output => tangentOf(carries + output))];
            },
            types).Graph);
        return new StepLinearization(active, invariants.Before, primal, tangent, residuals.Slices, residuals.Constants, activeOutputs);
    }

    /// <summary>Where the derivative finds what it needs of a step: what is an input that needs no stack stays there, and the rest is stacked.</summary>
    private sealed class Residuals
    {
        private const int OnStack = -1;

        // the input that each residual is
        private readonly int[] _inputs;
        private readonly int _carries;
        private readonly int _firstConstant;

        /// <summary>The places of what a body returns after its outputs.</summary>
        public Residuals(Graph body, int outputs, int carries, int slices)
        {
            (_carries, _firstConstant) = (carries, carries + slices);
            _inputs = [.. body.Outputs.Skip(outputs).Select(value => body.Inputs.IndexOf(value)).Select(input => input < carries ? OnStack : input)];
            Stacked = [.. Enumerable.Range(0, _inputs.Length).Where(i => _inputs[i] == OnStack)];
            Slices = [.. _inputs.Where(input => input >= carries && input < _firstConstant).Select(input => input - carries).Distinct().Order()];
            Constants = [.. _inputs.Where(input => input >= _firstConstant).Select(input => input - _firstConstant).Distinct().Order()];
        }

        /// <summary>Which residuals are stacked.</summary>
        public int[] Stacked { get; }

        /// <summary>The slices that are residuals.</summary>
        public Axes Slices { get; }

        /// <summary>The constants that are.</summary>
        public Axes Constants { get; }

        /// <summary>All residuals, from those of each place.</summary>
        public IEnumerable<Tensor> Of(Tensor[] stacks, Tensor[] slices, Tensor[] constants) => _inputs.Select((input, i) => input switch
        {
            OnStack => stacks[Array.IndexOf(Stacked, i)],
            _ when input < _firstConstant => slices[Slices.Items.IndexOf(input - _carries)],
            _ => constants[Constants.Items.IndexOf(input - _firstConstant)],
        });
    }

    private readonly record struct Key(int Carries, int Slices, Axes Active, bool Runs) : IDerivation<StepLinearization>;
}
