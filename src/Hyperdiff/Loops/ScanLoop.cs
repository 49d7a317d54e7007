using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A loop of a fixed number of steps as a primitive: <c>(cₜ₊₁, yₜ) = f(cₜ, xₜ, θ)</c>; its results are the last carry and the outputs of all steps,
/// stacked.</summary>
/// <remarks>
/// Linearized, it is a loop that stacks the residuals of its steps and a linear loop over them, <c>ċₜ₊₁ = ∂f/∂c ċₜ + ∂f/∂x ẋₜ + ∂f/∂θ θ̇</c>; the transpose of
/// that runs the other way. With checkpoints nothing is
/// stacked: the linear loop carries the primal along, and its transpose goes back through the checkpoints. The graph does not grow with the number of steps.
/// </remarks>
/// <param name="Body">From carries, slices and constants to carries and outputs.</param>
/// <param name="Carries">The number of carries.</param>
/// <param name="Slices">The number of stacks, of which every step gets a row.</param>
/// <param name="Length">The rows of every stack, which is the number of steps unless it is counted.</param>
/// <param name="Reverse">Whether it runs from the last row to the first.</param>
/// <param name="Counted">Whether a last operand, an <c>int32</c> scalar, says how many rows it runs over; the other rows of the outputs are zeros.</param>
/// <param name="Checkpointing">What a reverse pass keeps.</param>
internal sealed record ScanLoop(Graph Body, int Carries, int Slices, int Length, bool Reverse, bool Counted, Checkpointing Checkpointing) : Primitive
{
    private int Outputs => Body.Outputs.Length - Carries;

    private int FirstConstant => Carries + Slices;

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands)
    {
        for (int i = 0; i < Body.Inputs.Length; i++)
        {
            TensorType type = Body.Inputs[i].Type;
            TensorType wanted = i >= Carries && i < FirstConstant ? Stacked(type) : type;
            if (operands[i] != wanted)
            {
                throw new ShapeMismatchException($"ScanLoop: operand {i} is {operands[i]}, and the body was made for {wanted}.");
            }
        }

        return [.. Body.Outputs.Take(Carries).Select(output => output.Type), .. Body.Outputs.Skip(Carries).Select(output => Stacked(output.Type))];
    }

    /// <inheritdoc/>
    public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        LoopOperands all = Split(operands);
        int steps = all.Count is { } count ? (int)count.ToScalar() : Length;
        var run = new LoopRun(Body, backend, all.Carries, Slices, all.Constants);
        HostArray[] stacks = [.. Body.Outputs.Skip(Carries).Select(output => HostArray.Allocate(Stacked(output.Type)))];
        for (int step = 0; step < steps; step++)
        {
            int row = Reverse ? steps - 1 - step : step;
            run.Step(
                [.. all.Slices.Select(stack => StackedRows.Row(stack, row))],
                [.. stacks.Select((stack, i) => stack.Part(Body.Outputs[Carries + i].Type.Shape, row))]);
        }

        run.TellOfSolves();
        return [.. run.Carry, .. stacks.Select(Tensor.FromHost)];
    }

    /// <inheritdoc/>
    public override long WorkingBytes(IBackend backend) => LoopRun.WorkingBytes(Body, Carries, backend);

    /// <inheritdoc/>
    public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size) => BatchedLoop.Of(this, operands, size);

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) =>
        Differentiate(operands, tangents).Tangents;

    /// <inheritdoc/>
    public override (Tensor[] Results, Tensor?[] Tangents) Differentiate(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor?> tangents)
    {
        LoopOperands all = Split(operands);
        Axes given = GivenTangents.Of(tangents[..Body.Inputs.Length]).Active;
        return Checkpointing is EveryIterate || Counted ? Stacking(all, given, tangents) : CarryingAlong(all, given, tangents);
    }

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands) => TransposedLoop.Of(this, cotangents, operands);

    /// <inheritdoc/>
    public override bool Chooses(ReadOnlySpan<bool> linear) => LiveLoop.Chooses(Body, Carries, linear[..Body.Inputs.Length].ToArray());

    /// <inheritdoc/>
    public override LiveResult[]? Live(ReadOnlySpan<LiveOperand> operands)
    {
        Tensor? count = Counted ? operands[^1].Tensor : null;
        return LiveLoop.Of(
            Body,
            operands[..Body.Inputs.Length].ToArray(),
            [Carries, FirstConstant, Body.Inputs.Length],
            (body, all) => Run(body, new LoopOperands(all[0], all[1], all[2], count), Length, Reverse, Checkpointing));
    }

    /// <summary>Runs a loop, its invariant part before it.</summary>
    internal static Tensor[] Run(
        Graph body, LoopOperands operands, int length, bool reverse = false, Checkpointing? checkpointing = null)
    {
        LoopInvariants invariants = LoopInvariants.Of(body, operands.Carries.Length + operands.Slices.Length);
        Tensor[] before = invariants.Before?.Call(operands.Constants).EnsureConverged("A loop") ?? [];
        return new ScanLoop(invariants.Body, operands.Carries.Length, operands.Slices.Length, length, reverse, operands.Count is not null,
            checkpointing ?? Checkpointing.None)
            .Apply((operands with { Constants = [.. operands.Constants, .. before] }).All);
    }

    /// <summary>The operands, apart.</summary>
    internal LoopOperands Split(ReadOnlySpan<Tensor> operands) => new(
        operands[..Carries].ToArray(),
        operands[Carries..FirstConstant].ToArray(),
        operands[FirstConstant..Body.Inputs.Length].ToArray(),
        Counted ? operands[^1] : null);

    private (Tensor[] Results, Tensor?[] Tangents) Stacking(LoopOperands operands, Axes given, ReadOnlySpan<Tensor?> tangents)
    {
        StepLinearization step = StepLinearization.Of(Body, Carries, Slices, given);
        Tensor[] constants = [.. operands.Constants, .. step.Before?.Call(operands.Constants).EnsureConverged("A loop") ?? []];
        Tensor[] results = (this with { Body = step.Primal }).Apply((operands with { Constants = constants }).All);
        Tensor[] stacks = results[Body.Outputs.Length..];
        return (results[..Body.Outputs.Length], LoopTangents.Along(this, step, operands with { Constants = constants }, stacks, tangents));
    }

    // the primal and the tangent step together, so that no residual outlives its step
    private (Tensor[] Results, Tensor?[] Tangents) CarryingAlong(LoopOperands operands, Axes given, ReadOnlySpan<Tensor?> tangents)
    {
        (Axes active, LinearizedGraph step) = StepLinearization.Reached(Body, Carries, given);
        int[] carries = [.. active.Items.Where(input => input < Carries)];
        int[] slices = [.. active.Items.Where(input => input >= Carries && input < FirstConstant)];
        int[] constants = [.. active.Items.Where(input => input >= FirstConstant)];
        int[] outputs = [.. step.ActiveOutputs.Where(output => output >= Carries)];
        Graph joint = Body.Derive((nameof(CarryingAlong), Carries, Slices, active), (body, _) => Simplification.Of(TracedFunction.Of(
            all =>
            {
                var next = new OperandReader(all);
                (Tensor[] c, Tensor[] dc, Tensor[] x, Tensor[] dx) = (next.Take(Carries), next.Take(carries.Length), next.Take(Slices),
                    next.Take(slices.Length));
                (Tensor[] p, Tensor[] dp) = (next.Take(body.Inputs.Length - FirstConstant), next.Take(constants.Length));
                Tensor[] results = Derivatives.Forward(body, active).Call([.. c, .. x, .. p, .. dc, .. dx, .. dp]).Outputs;
                return [.. results[..Carries], .. carries.Select(i => results[body.Outputs.Length + i]),
                    .. outputs.Select(i => results[body.Outputs.Length + i])];
            },
            [.. JointTypes(body, carries, slices, constants)]).Graph));
        Tensor?[] directions = tangents.ToArray();
        Tensor[] derived = Run(
            joint,
            new LoopOperands(
                [.. operands.Carries, .. carries.Select(i => directions[i] ?? Tensor.ZerosLike(operands.Carries[i]))],
                [.. operands.Slices, .. slices.Select(i => directions[i]!)],
                [.. operands.Constants, .. constants.Select(i => directions[i]!)]),
            Length,
            Reverse,
            Checkpointing);
        var placed = new Tensor?[Body.Outputs.Length];
        for (int i = 0; i < carries.Length; i++)
        {
            placed[carries[i]] = derived[Carries + i];
        }

        for (int i = 0; i < outputs.Length; i++)
        {
            placed[outputs[i]] = derived[Carries + carries.Length + i];
        }

        return (Apply(operands.All), placed);
    }

    private IEnumerable<TensorType> JointTypes(Graph body, int[] carries, int[] slices, int[] constants) => body.Inputs.Take(Carries)
        .Concat(carries.Select(i => body.Inputs[i]))
        .Concat(body.Inputs.Skip(Carries).Take(Slices))
        .Concat(slices.Select(i => body.Inputs[i]))
        .Concat(body.Inputs.Skip(FirstConstant))
        .Concat(constants.Select(i => body.Inputs[i]))
        .Select(input => input.Type);

    private TensorType Stacked(TensorType row) => row with { Shape = [Length, .. row.Shape] };

    /// <inheritdoc/>
    public override KinkCount[] KinksWithin(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<bool> active)
    {
        Tensor[] all = operands.ToArray();
        return LoopKinks.Of(Body, Carries, active[..Body.Inputs.Length], body => (this with { Body = body }).Apply(all)[Body.Outputs.Length..]);
    }

    /// <inheritdoc/>
    public override IEnumerable<Graph> Bodies => [Body];

    /// <inheritdoc/>
    public override int StoppedCount => StoppedValues.Of(Body).Values.Outputs.Length;

    /// <summary>Those of every step, stacked.</summary>
    public override Tensor[] Stopped(ReadOnlySpan<Tensor> operands)
    {
        Graph telling = Body.Derive(nameof(Stopped), (body, _) => Simplification.Of(TracedFunction.Of(
            all => [.. body.Call(all).Outputs, .. StoppedValues.Of(body).At(all)], [.. body.Inputs.Select(input => input.Type)]).Graph));
        return (this with { Body = telling }).Apply(operands)[Body.Outputs.Length..];
    }

    /// <summary>Every step with its own, as further slices.</summary>
    public override Tensor[] ApplyHeld(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> stopped)
    {
        int count = stopped.Length;
        TensorType[] types = [.. Body.Inputs.Select(input => input.Type)];
        Graph reading = Body.Derive((nameof(ApplyHeld), FirstConstant), (body, _) => Simplification.Of(TracedFunction.Of(
            all => StoppedValues.Of(body).Held.Call([.. all[..FirstConstant], .. all[(FirstConstant + count)..],
                .. all[FirstConstant..(FirstConstant + count)]]).Outputs,
            [.. types[..FirstConstant], .. StoppedValues.Of(body).Values.Outputs.Select(output => output.Type), .. types[FirstConstant..]]).Graph));
        return (this with { Body = reading, Slices = Slices + count }).Apply([.. operands[..FirstConstant], .. stopped, .. operands[FirstConstant..]]);
    }
}
