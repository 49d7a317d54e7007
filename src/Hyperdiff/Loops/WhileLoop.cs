using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A loop that runs while a condition holds, and at most so often, as a primitive.</summary>
/// <remarks>
/// Its results are the last carry, the outputs of all steps (stacked; beyond the last step zeros that take no memory), the number of steps, and a report.
/// Linearized, it stacks the residuals of the steps that it makes, and the derivative is a linear loop of as many steps: the number of steps is treated as
/// locally constant, as it is almost everywhere. Its operands: the first carries, the constants of the condition, the constants of the body. Items of a batch
/// step together until all are done; each has a number of steps and a report of its own.
/// </remarks>
/// <param name="Condition">From carries and constants to whether there is a next step: a <c>bool</c> scalar, or one for each item. An item that is done stays
/// so.</param>
/// <param name="Body">From carries and constants to carries and outputs.</param>
/// <param name="Carries">The number of carries.</param>
/// <param name="Limit">The most steps.</param>
/// <param name="Items">The items of a batch; null for a loop of its own.</param>
internal sealed record WhileLoop(Graph Condition, Graph Body, int Carries, int Limit, LoopItems? Items = null) : Primitive
{
    /// <inheritdoc/>
    internal override bool IsValue => Condition.IsValue && Body.IsValue;

    /// <inheritdoc/>
    internal override bool MayKeepOperands => false;

    /// <summary>Whether a carry that is not a number is a result like any other: one of two branches may be computed in vain.</summary>
    public bool AcceptsNaN { get; init; }

    /// <inheritdoc/>
    public override string Name => "while loop";

    /// <inheritdoc/>
    public override int? ReportResult => Body.Outputs.Length + 1;

    private int FirstBodyConstant => Condition.Inputs.Length;

    private int[] ItemAxis => Items is null ? [] : [Items.Count];

    /// <inheritdoc/>
    internal override TensorType[] Wanted(ReadOnlySpan<TensorType> operands) =>
        [.. Body.InputTypes[..Carries], .. Condition.InputTypes[Carries..], .. Body.InputTypes[Carries..]];

    /// <inheritdoc/>
    internal override bool Communicates => Condition.Communicates || Body.Communicates;

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) =>
    [
        .. Body.Outputs.Take(Carries).Select(output => output.Type),
        .. Body.Outputs.Skip(Carries).Select(output => output.Type with { Shape = [Limit, .. output.Type.Shape] }),
        new TensorType(DType.Int32, [.. ItemAxis]) { VariesAcross = Condition.Outputs[0].Type.VariesAcross },
        SolveReport.TensorType with
        {
            Shape = [.. ItemAxis, .. SolveReport.TensorType.Shape],
            VariesAcross = Condition.Outputs[0].Type.VariesAcross,
        },
    ];

    /// <inheritdoc/>
    public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        Tensor[] conditionConstants = operands[Carries..FirstBodyConstant].ToArray();
        var run = new LoopRun(Body, backend, operands[..Carries], slices: 0, operands[FirstBodyConstant..]);
        var rows = Body.Outputs.Skip(Carries).Select(_ => new List<Tensor>()).ToArray();
        var turns = new LoopTurns(
            Condition, Items?.Count, (graph, more) => run.Beside(graph, backend, [.. run.Carry, .. conditionConstants, .. more]));
        for (int step = 0; step < Limit && turns.GoOn; step++)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                rows[i].Add(backend.Allocate(Body.Outputs[Carries + i].Type));
            }

            run.Step([], [.. rows.Select(row => row[^1])]);
            turns.Next();
        }

        run.TellOfSolves();
        (int[] steps, bool[] running) = turns.End();
        Tensor[] carry = run.Carry.ToArray();
        TensorType[] types = Infer([]);
        Tensor[] reports = [.. steps.Select((count, item) =>
        {
            SolveStatus status = running[item]
                ? SolveStatus.MaxIterations : !AcceptsNaN && HasNaN(carry, item) ? SolveStatus.NonFiniteIterate : SolveStatus.Converged;
            return new SolveReport(Name, status, count, double.NaN, double.NaN, count, 0, double.NaN) { Kind = SolverKind.WhileLoop }.ToTensor();
        })];
        return
        [
            .. run.End,
            .. rows.Select((row, i) => new Tensor(types[Carries + i], new StackedRows([.. row.Select(Placement.Finished)]))),
            Tensor.From(steps, types[^2].Shape),
            Items is null ? reports[0] : reports.Length == 0 ? Tensor.Zeros(types[^1].Shape) : Tensor.Stack(0, reports),
        ];
    }

    /// <inheritdoc/>
    public override long WorkingBytes(IBackend backend) => LoopRun.WorkingBytes(Body, Carries, backend) + Condition.Executable(backend).PeakBytes;

    /// <inheritdoc/>
    public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size) => BatchedLoop.Of(this, operands, size);

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) =>
        Differentiate(operands, tangents).Tangents;

    /// <inheritdoc/>
    public override (Tensor[] Results, Tensor?[] Tangents) Differentiate(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor?> tangents)
    {
        // the condition has no tangent: only the carries and the constants of the body matter
        Tensor?[] ofBody = [.. tangents[..Carries], .. tangents[FirstBodyConstant..]];
        StepLinearization step = StepLinearization.Of(Body, Carries, 0, GivenTangents.Of(ofBody).Active);
        Tensor[] constants = operands[FirstBodyConstant..].ToArray();
        constants = [.. constants, .. step.Before?.Call(constants).EnsureConverged("A loop") ?? []];
        Tensor[] all = (this with { Body = step.Primal }).Apply([.. operands[..FirstBodyConstant], .. constants]);
        Tensor[] stacks = all[Body.Outputs.Length..^2];
        var scan = new ScanLoop(Body, Carries, 0, Limit, Reverse: false, Counted: true, Checkpointing.None);
        Tensor?[] derived = LoopTangents.Along((scan, step),
            new LoopOperands(operands[..Carries].ToArray(), [], constants, Items is null ? all[^2] : all[^2].To(DType.Float64).Max().To(DType.Int32)),
            stacks, ofBody);
        return ([.. all[..Body.Outputs.Length], .. all[^2..]], [.. derived, null, null]);
    }

    private bool HasNaN(Tensor[] carry, int item)
    {
        for (int i = 0; i < carry.Length; i++)
        {
            Tensor of = Items is not null && Items.Carries.Contains(i) ? StackedRows.Row(carry[i], item) : carry[i];
            if (of.DType.IsFloating() && of.IsNaN().Any().IsTrue)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Those of the steps that were made, and of the condition, which chooses their number: before each step, and after the last.</summary>
    public override KinkCount[] KinksWithin(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<bool> active)
    {
        Tensor[] all = operands.ToArray(), conditionConstants = all[Carries..FirstBodyConstant];
        bool[] ofBody = [.. active[..Carries], .. active[FirstBodyConstant..]], ofConstants = active[Carries..FirstBodyConstant].ToArray();
        Axes reached = StepLinearization.Reached(Body, Carries, Axes.Where(ofBody)).Active;
        KinkSearch choice = KinkSearch.Of(Condition, [.. reached.Items.Where(i => i < Carries), .. Axes.Where(ofConstants).Items.Select(i => Carries + i)]);
        KinkCount[] steps = LoopKinks.Of(Body, Carries, ofBody, body => (this with { Body = body }).Apply(all)[Body.Outputs.Length..^2]);
        if (choice.Places.IsEmpty)
        {
            return steps;
        }

        // the step with the counts of the condition as further outputs, whose constants it takes after its own
        TensorType[] types = [.. Body.Inputs.Concat(Condition.Inputs.Skip(Carries)).Select(input => input.Type)];
        Graph counting = Body.Derive(new CountingKey(choice), _ => Simplification.Of(TracedFunction.Of(
            inputs =>
            [
                .. Body.Call(inputs.AsSpan(..Body.Inputs.Length)).Outputs,
                .. choice.Graph.Call([.. inputs[..Carries], .. inputs[Body.Inputs.Length..]]).Outputs,
            ],
            types).Graph));
        Tensor[] stacks = (this with { Body = counting }).Apply([.. all, .. conditionConstants])[Body.Outputs.Length..^2];
        KinkCount[] last = choice.Within([.. results[..Carries], .. conditionConstants]);
        return
        [
            .. steps,
            .. last.Select((kink, i) => new KinkCount(
                kink.Place.Replace($"`{nameof(Tensor.Where)}`", "`Loop.While`", StringComparison.Ordinal),
                kink.Count + stacks[2 * i].Sum(),
                kink.Elements + stacks[(2 * i) + 1].Sum())),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Graph> Bodies => [Body];

    private readonly record struct CountingKey(KinkSearch Choice) : IDerivation<Graph>;
}
