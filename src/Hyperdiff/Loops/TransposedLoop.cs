using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The transpose of a loop that is linear in some of its operands: a loop that runs the other way.</summary>
/// <remarks>
/// <code>
/// cₜ₊₁ = A cₜ + B xₜ + C θ,  yₜ = D cₜ + E xₜ + G θ        turned around:
/// c̄ₜ = Aᵀ c̄ₜ₊₁ + Dᵀ ȳₜ,  x̄ₜ = Bᵀ c̄ₜ₊₁ + Eᵀ ȳₜ,  θ̄ += Cᵀ c̄ₜ₊₁ + Gᵀ ȳₜ
/// </code>
/// Cotangents of the carries are carried back, those of the linear slices are stacked, and those of the linear constants add up. A to G may depend on carries
/// that no linear operand reaches; the loop back needs these as they were before each step, stacked or computed again from checkpoints.
/// </remarks>
internal sealed class TransposedLoop
{
    private readonly ScanLoop _loop;
    private readonly Operand[] _operands;
    private readonly Tensor?[] _cotangents;

    // the inputs of the step, apart: what no linear operand reaches, what one does, and of the latter what a cotangent reaches
    private readonly StepInputs _known;
    private readonly StepInputs _linear;
    private readonly StepInputs _reached;

    // the outputs of the step, carries not counted, that have a cotangent
    private readonly int[] _seeded;

    // from the cotangents of linear carries and of seeded outputs, and known inputs, to the cotangents of the linear inputs
    private readonly Graph _stepBack;

    private TransposedLoop(ScanLoop loop, Tensor?[] cotangents, Operand[] operands)
    {
        (_loop, _operands, _cotangents) = (loop, operands, cotangents);
        bool[] linear = LiveLoop.WithCarries(loop.Body, loop.Carries, [.. operands.Take(loop.Body.Inputs.Length).Select(operand => operand.IsLinear)]);
        (_known, _linear) = (StepInputs.Of(loop, input => !linear[input]), StepInputs.Of(loop, input => linear[input]));
        _seeded = [.. Enumerable.Range(0, loop.Body.Outputs.Length - loop.Carries).Where(output => cotangents[loop.Carries + output] is not null)];

        Graph step = Subgraph.Of(loop.Body, [.. _linear.All, .. _known.All], [.. _linear.Carries, .. _seeded.Select(output => loop.Carries + output)]);
        TransposedGraph back = Transposition.Plain(step, _known.All.Length);
        bool IsReached(int input) => back.Reached[Array.IndexOf(_linear.All, input)];
        _reached = _linear with { Slices = [.. _linear.Slices.Where(IsReached)], Constants = [.. _linear.Constants.Where(IsReached)] };
        _stepBack = back.Graph;
    }

    /// <summary>The cotangents of the operands; null for known ones and where structurally zero.</summary>
    public static Tensor?[] Of(ScanLoop loop, ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands)
    {
        var transposed = new TransposedLoop(loop, cotangents.ToArray(), operands.ToArray());
        return transposed.ByOperand(transposed.Run());
    }

    private Tensor[] Run()
    {
        static Tensor Zeros(Value value) => Tensor.Zeros(value.Type.Shape, value.Type.DType);
        Tensor[] Known(int[] inputs) => [.. inputs.Select(input => _operands[input].Value)];
        var backwards = new LoopOperands(
            [
                .. _linear.Carries.Select(carry => _cotangents[carry] ?? Zeros(_loop.Body.Outputs[carry])),
                .. _reached.Constants.Select(constant => Zeros(_loop.Body.Inputs[constant])),
            ],
            [.. Known(_known.Slices), .. _seeded.Select(output => _cotangents[_loop.Carries + output]!)],
            Known(_known.Constants),
            _loop.Counted ? _operands[^1].Known : null);
        return _known.Carries.Length == 0
            ? ScanLoop.Run(Body(), backwards, _loop.Length, !_loop.Reverse)
            : BackwardLoop.Run(
                _loop, (KnownStep(), Known(_known.Carries), _known.Slices.Length), Body(), backwards);
    }

    // from known inputs to known carries; masks that a step computes beside what is linear, as a loop in it does, are those of zeros
    private Graph KnownStep() => _loop.Body.Derive(new KnownKey(new Axes(_known.All)), body => Simplification.Of(TracedFunction.Of(
        known =>
        {
            int[] places = _known.All;
            Tensor Of(Value input, int i) => places.Contains(i) ? known[Array.IndexOf(places, i)] : Tensor.ZerosOf(input.Type);
            Tensor[] outputs = body.Call([.. body.Inputs.Select(Of)]).Outputs;
            return [.. _known.Carries.Select(carry => outputs[carry])];
        },
        [.. StepInputs.Types(_loop.Body, _known.All)]).Graph));

    // the step back as the body of a loop, which takes carries first: cotangents of linear carries, and sums for linear constants;
    // then slices: known carries, known slices, cotangents of outputs; and gives stacks: cotangents of linear slices
    private Graph Body() => _stepBack.Derive(
        new Key((_known.Carries.Length, _linear.Carries.Length), (_known.Slices.Length, _linear.Slices.Length), _seeded.Length),
        graph => Simplification.Of(TracedFunction.Of(
            operands =>
            {
                var next = new OperandReader(operands);
                (Tensor[] carries, Tensor[] sums) = (next.Take(_linear.Carries.Length), next.Take(_reached.Constants.Length));
                Tensor[] knownRows = next.Take(_known.Carries.Length + _known.Slices.Length);
                (Tensor[] outputs, Tensor[] knownConstants) = (next.Take(_seeded.Length), next.Take(_known.Constants.Length));
                Tensor[] cotangents = graph.Call([.. carries, .. outputs, .. knownRows, .. knownConstants]).Outputs;
                int[] places = _linear.All;
                Tensor Of(int input) => cotangents[Array.IndexOf(places, input)];
                return
                [
                    .. _linear.Carries.Select(Of),
                    .. _reached.Constants.Select((constant, i) => sums[i] + Of(constant)),
                    .. _reached.Slices.Select(Of),
                ];
            },
            [
                .. _linear.Carries.Select(carry => _loop.Body.Outputs[carry].Type),
                .. StepInputs.Types(_loop.Body, [.. _reached.Constants, .. _known.Carries, .. _known.Slices]),
                .. _seeded.Select(output => _loop.Body.Outputs[_loop.Carries + output].Type),
                .. StepInputs.Types(_loop.Body, _known.Constants),
            ]).Graph));

    // a carry that only becomes linear on the way has no cotangent of its own
    private Tensor?[] ByOperand(Tensor[] results)
    {
        var placed = new Tensor?[_operands.Length];
        foreach ((int input, Tensor cotangent) in _linear.Carries.Concat(_reached.Constants).Concat(_reached.Slices).Zip(results))
        {
            placed[input] = _operands[input].IsLinear ? cotangent : null;
        }

        return placed;
    }

    private readonly record struct KnownKey(Axes Known) : IDerivation<Graph>;

    private readonly record struct Key((int Known, int Linear) Carries, (int Known, int Linear) Slices, int Seeded) : IDerivation<Graph>;
}
