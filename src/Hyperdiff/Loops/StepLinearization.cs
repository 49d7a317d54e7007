using System.Collections.Immutable;
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
    public static StepLinearization Of(Graph body, int carries, int slices, Axes active) =>
        body.Derive(new Key(carries, slices, active), graph => Linearize(graph, carries, slices, active));

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

    private static StepLinearization Linearize(Graph body, int carries, int slices, Axes initially)
    {
        (Axes active, LinearizedGraph step) = Reached(body, carries, initially);
        int firstConstant = carries + slices;
        LoopInvariants invariants = LoopInvariants.Of(step.Primal, firstConstant);

        // a residual is an input of the step that needs no stack, or is stacked
        ImmutableArray<Value> inputs = invariants.Body.Inputs;
        int[] residuals = [.. invariants.Body.Outputs.Skip(body.Outputs.Length).Select(value => inputs.IndexOf(value))
            .Select(input => input < carries ? -1 : input)];
        Axes neededSlices = [.. residuals.Where(input => input >= 0 && input < firstConstant).Select(input => input - carries).Distinct().Order()];
        Axes neededConstants = [.. residuals.Where(input => input >= firstConstant).Select(input => input - firstConstant).Distinct().Order()];
        int[] stacked = [.. Enumerable.Range(0, residuals.Length).Where(i => residuals[i] < 0)];
        Graph primal = Subgraph.Of(
            invariants.Body,
            [.. Enumerable.Range(0, inputs.Length)],
            [.. Enumerable.Range(0, body.Outputs.Length), .. stacked.Select(i => body.Outputs.Length + i)]);

        Axes activeCarries = [.. active.Items.Where(input => input < carries)];
        Axes activeSlices = [.. active.Items.Where(input => input >= carries && input < firstConstant)];
        Axes activeConstants = [.. active.Items.Where(input => input >= firstConstant)];
        Axes activeOutputs = [.. step.ActiveOutputs.Where(output => output >= carries).Select(output => output - carries)];
        TensorType[] types =
        [
            .. activeCarries.Items.Concat(activeSlices.Items).Select(input => body.Inputs[input].Type),
            .. stacked.Select(i => step.Plain.Inputs[active.Count + i].Type),
            .. neededSlices.Items.Select(slice => inputs[carries + slice].Type),
            .. activeConstants.Items.Select(input => body.Inputs[input].Type),
            .. neededConstants.Items.Select(constant => inputs[firstConstant + constant].Type),
        ];
        Graph tangent = Simplification.Of(TracedFunction.Of(
            operands =>
            {
                var next = new OperandReader(operands);
                Tensor[] reachedCarries = next.Take(activeCarries.Count);
                Tensor[] reachedSlices = next.Take(activeSlices.Count);
                Tensor[] stacks = next.Take(stacked.Length);
                Tensor[] sliceValues = next.Take(neededSlices.Count);
                Tensor[] reachedConstants = next.Take(activeConstants.Count);
                Tensor[] constantValues = next.Take(neededConstants.Count);
                Tensor[] values =
                [
                    .. residuals.Select((input, i) => input switch
                    {
                        < 0 => stacks[Array.IndexOf(stacked, i)],
                        _ when input < firstConstant => sliceValues[neededSlices.Items.IndexOf(input - carries)],
                        _ => constantValues[neededConstants.Items.IndexOf(input - firstConstant)],
                    }),
                ];
                Tensor[] results = step.Plain.Call([.. reachedCarries, .. reachedSlices, .. reachedConstants, .. values]).Outputs;
                Tensor tangentOf(int output) => step.ActiveOutputs.IndexOf(output) is >= 0 and var position
                    ? results[position]
                    : Tensor.Zeros(body.Outputs[output].Type.Shape, body.Outputs[output].Type.DType);
                return [.. activeCarries.Items.Select(tangentOf), .. activeOutputs.Items.Select(output => tangentOf(carries + output))];
            },
            types).Graph);
        return new StepLinearization(active, invariants.Before, primal, tangent, neededSlices, neededConstants, activeOutputs);
    }

    private readonly record struct Key(int Carries, int Slices, Axes Active) : IDerivation<StepLinearization>;
}
