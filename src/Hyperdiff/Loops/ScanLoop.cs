using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A loop of a fixed number of steps as a primitive: <c>(cₜ₊₁, yₜ) = f(cₜ, xₜ, θ)</c>; its results are the last carry and the outputs of all steps,
/// stacked.</summary>
/// <remarks>
/// Linearized, it is a loop that stacks the residuals of its steps and a linear loop over them, <c>ċₜ₊₁ = ∂f/∂c ċₜ + ∂f/∂x ẋₜ + ∂f/∂θ θ̇</c>; the transpose of
/// that runs the other way. With checkpoints nothing is stacked: the linear loop carries the primal along (<see cref="JointLoop"/>), and its transpose goes
/// back through the checkpoints. The graph does not grow with the number of steps.
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
    /// <inheritdoc/>
    internal override bool IsValue => Body.IsValue;

    /// <inheritdoc/>
    internal override bool MayKeepOperands => false;

    /// <inheritdoc/>
    internal override Primitive? Retyped(Retyping types) =>
        types.Of(Body) is { } body ? this with { Body = body } : null;

    /// <summary>Where the constants begin among the inputs of the body.</summary>
    public int FirstConstant => Carries + Slices;

    /// <inheritdoc/>
    internal override TensorType[] Wanted(ReadOnlySpan<TensorType> operands) =>
    [
        .. Body.InputTypes.Select((type, i) => i >= Carries && i < FirstConstant ? Stacked(type) : type),
        .. operands[Body.Inputs.Length..],
    ];

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
        Tensor[] slices = Array.ConvertAll(all.Slices, stack => Placement.On(backend, stack));
        Func<TensorType, Tensor> allocate = Counted ? backend.AllocateZeros : backend.Allocate;
        Tensor[] stacks = [.. Body.Outputs.Skip(Carries).Select(output => allocate(Stacked(output.Type)))];
        for (int step = 0; step < steps; step++)
        {
            int row = Reverse ? steps - 1 - step : step;
            run.Step(
                [.. slices.Select(stack => StackedRows.Row(stack, row))],
                [.. stacks.Select(stack => StackedRows.Row(stack, row))]);
        }

        run.TellOfSolves();
        return [.. run.End, .. stacks.Select(Placement.Finished)];
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
        if (Checkpointing is EveryIterate || Counted)
        {
            return Stacking(all, given, tangents);
        }

        Tensor?[] joint = JointLoop.Tangents(this, all, given, tangents);
        return (Apply(operands), joint);
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
        LoopInvariants invariants = LoopInvariants.Of(
            body, operands.Carries.Length + operands.Slices.Length, runs: operands.Count is null && length > 0);
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
        Graph telling = Body.Derive(StoppedKey.Instance, body => Simplification.Of(TracedFunction.Of(
            all => [.. body.Call(all).Outputs, .. StoppedValues.Of(body).At(all)], [.. body.Inputs.Select(input => input.Type)]).Graph));
        return (this with { Body = telling }).Apply(operands)[Body.Outputs.Length..];
    }

    /// <summary>Every step with its own, as further slices.</summary>
    public override Tensor[] ApplyHeld(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> stopped)
    {
        int count = stopped.Length, afterStopped = FirstConstant + count;
        TensorType[] types = [.. Body.Inputs.Select(input => input.Type)];
        Graph reading = Body.Derive(new HeldKey(FirstConstant), body =>
        {
            StoppedValues values = StoppedValues.Of(body);
            return Simplification.Of(TracedFunction.Of(
                all => values.Held.Call([.. all[..FirstConstant], .. all[afterStopped..], .. all[FirstConstant..afterStopped]]).Outputs,
                [.. types[..FirstConstant], .. values.Values.Outputs.Select(output => output.Type), .. types[FirstConstant..]]).Graph);
        });
        return (this with { Body = reading, Slices = Slices + count }).Apply([.. operands[..FirstConstant], .. stopped, .. operands[FirstConstant..]]);
    }

    private (Tensor[] Results, Tensor?[] Tangents) Stacking(LoopOperands operands, Axes given, ReadOnlySpan<Tensor?> tangents)
    {
        StepLinearization step = StepLinearization.Of(Body, Carries, Slices, given, runs: !Counted && Length > 0);
        Tensor[] constants = [.. operands.Constants, .. step.Before?.Call(operands.Constants).EnsureConverged("A loop") ?? []];
        Tensor[] results = (this with { Body = step.Primal }).Apply((operands with { Constants = constants }).All);
        Tensor[] stacks = results[Body.Outputs.Length..];
        return (results[..Body.Outputs.Length], LoopTangents.Along((this, step), operands with { Constants = constants }, stacks, tangents));
    }

    private TensorType Stacked(TensorType row) => row with { Shape = [Length, .. row.Shape] };

    private readonly record struct HeldKey(int FirstConstant) : IDerivation<Graph>;

    private sealed record StoppedKey : IDerivation<Graph>
    {
        public static StoppedKey Instance { get; } = new();
    }
}
