using Hyperdiff.Graphs;
using Hyperdiff.Transforms;
using TorchSharp;

namespace Hyperdiff.TorchSharp.Functions;

/// <summary>A program of libtorch as a primitive: libtorch differentiates it, by other programs.</summary>
/// <param name="Function">The function at its bottom.</param>
/// <param name="Program">It, or a derivative.</param>
internal sealed record TorchCall(TorchFunction Function, TorchProgram Program) : Primitive
{
    /// <summary>Beyond, some of libtorch's derivatives lack terms: those of <c>layer_norm</c> do from the third gradient on.</summary>
    private const int HighestTrusted = 2;

    private const int Trials = 3;

    // for directions that are 0
    private const double SmallestStep = 1e-300;

    /// <inheritdoc/>
    public override string Name => Function.Name;

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => Program.Infer(Function, operands);

    /// <inheritdoc/>
    public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        ArgumentNullException.ThrowIfNull(backend);
        TorchBackend there = Function.Backend;
        Tensor[] placed = Array.ConvertAll(operands.ToArray(), there.Place);
        TensorType[] types = Infer(Array.ConvertAll(placed, tensor => tensor.Type));
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor[] given = Array.ConvertAll(placed, TorchBackend.Elements), results = Run(Program, given);
        if (Program.Depth > HighestTrusted)
        {
            Function.Once((Program, string.Join('|', placed.Select(tensor => tensor.Type))), () => RequireDifferences(given, results));
        }

        return [.. results.Select((result, i) => backend.Place(there.Own(types[i], result.detach().contiguous())))];
    }

    /// <inheritdoc/>
    public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size) => ItemByItem.Of(this, operands, size);

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor?[] given = tangents.ToArray();
        int[] active = [.. Enumerable.Range(0, given.Length).Where(i => given[i] is not null)];

        Function.RequireDerivatives(active);

        // where only what it is linear in varies, the program is its own derivative
        if (active[0] >= Program.Linear)
        {
            Tensor[] varied = operands.ToArray();
            for (int i = Program.Linear; i < varied.Length; i++)
            {
                varied[i] = given[i] ?? Tensor.ZerosLike(varied[i]);
            }

            return Apply(varied);
        }

        int[] point = [.. active.Where(i => i < Program.Linear)];
        Tensor[] moved = (this with { Program = Along(new Axes(point)) }).Apply([.. operands, .. point.Select(i => given[i]!)]);
        if (point.Length == active.Length)
        {
            return moved;
        }

        foreach (int i in point)
        {
            given[i] = null;
        }

        return [.. moved.Zip(Tangent(operands, results, given), (part, rest) => part + rest!)];
    }

    // d/dx (Jᵀȳ) is the symmetric matrix of second derivatives of ⟨ȳ, f⟩: one more gradient, where a tangent would take two
    private TorchProgram Along(Axes point) => Program is Pullback { Of: { } of, Active: { } active }
        ? new Pullback(new Pullback(of, point), active) : new Pushforward(Program, point);

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands)
    {
        Operand[] all = operands.ToArray();
        var found = new Tensor?[all.Length];
        TensorType[] types = Infer(Array.ConvertAll(all, operand => operand.Type));
        Tensor[] seeds = [.. cotangents.ToArray().Select((cotangent, i) => cotangent ?? Tensor.Zeros(types[i].Shape, types[i].DType))];
        Tensor[] point = [.. all[..Program.Linear].Select(operand => operand.Value)];
        int[] linear = [.. Enumerable.Range(0, all.Length - Program.Linear).Where(i => all[Program.Linear + i].IsLinear)];
        Tensor[] computed;
        switch (Program)
        {
            // ⟨c, D²f[v, ẋ]⟩ = ⟨d/dx (Jᵀc) v, ẋ⟩
            case Pushforward { Of: Pushforward { Of: { } of, Active: { } first }, Active: { } second }:
                computed = Apply(new Pullback(new Pullback(of, first), Chosen(second)), [.. point[..of.Inputs], .. seeds, .. point[of.Inputs..]]);
                break;
            case Pushforward { Of: { } of, Active: { } active }:
                computed = Apply(new Pullback(of, Chosen(active)), [.. point, .. seeds]);
                break;
            case Pullback { Of: Pullback { Of: { } of, Active: { } first }, Active: { } second }:
                computed = Apply(new Pullback(new Pullback(of, second), Chosen(first)), [.. point, .. seeds]);
                break;
            case Pullback { Of: { } of, Active: { } active }:
                Tensor[] pushed = Apply(new Pushforward(of, active), [.. point, .. seeds]);
                computed = [.. linear.Select(i => pushed[i])];
                break;
            default:
                return base.Transpose(cotangents, operands);
        }

        for (int i = 0; i < linear.Length; i++)
        {
            found[Program.Linear + linear[i]] = computed[i];
        }

        return found;

        Axes Chosen(Axes active) => new([.. linear.Select(i => active[i])]);
    }

    private Tensor[] Apply(TorchProgram program, Tensor[] operands) => (this with { Program = program }).Apply(operands);

    private torch.Tensor[] Run(TorchProgram program, torch.Tensor[] operands) =>
        Array.ConvertAll(Function.Within(operands, leaves => program.Run(Function, leaves, isDifferentiated: false)), result => result.detach());

    // along one line ⟨c, ẏ⟩, or ⟨x̄, ẋ⟩, is the derivative of a function of one number; a kink in between may disturb one trial
    private void RequireDifferences(torch.Tensor[] operands, torch.Tensor[] results)
    {
        (TorchProgram of, Axes active, bool isForward) = Program is Pushforward forward ? (forward.Of, forward.Active, true)
            : (((Pullback)Program).Of, ((Pullback)Program).Active, false);
        torch.Tensor[] point = operands[..of.Inputs], given = operands[of.Inputs..];
        double epsilon = results[0].dtype == torch.ScalarType.Float32 ? DType.Float32.Epsilon() : DType.Float64.Epsilon();
        double largest = active.Items.Max(i => point[i].NumberOfElements == 0 ? 0 : point[i].abs().max().ToDouble());
        (double wanted, double found) = (0, 0);
        for (int trial = 0; trial < Trials; trial++)
        {
            torch.Tensor[] sample = Array.ConvertAll(results, result => torch.arange(result.NumberOfElements, result.dtype, result.device).add(trial + 1).sin()
                .reshape(result.shape));
            (torch.Tensor[] directions, torch.Tensor[] seeds) = isForward ? (given, sample) : (sample, given);
            double size = Math.Max(directions.Max(direction => direction.NumberOfElements == 0 ? 0 : direction.abs().max().ToDouble()), SmallestStep);
            double step = Math.Cbrt(epsilon) * Math.Max(largest, 1) / size / (trial + 1);
            (double wide, double near) = (Difference(directions, seeds, step), Difference(directions, seeds, step / 2));
            torch.Tensor[] terms = [.. results.Zip(sample, (result, weight) => result.mul(weight))];
            (wanted, found) = (near, terms.Sum(term => term.sum().ToDouble()));

            // rounding over the step, and what halving the step changed
            double allowed = (10 * Math.Abs(wide - near)) + (100 * Math.Pow(epsilon, 2.0 / 3) * (terms.Sum(term => term.abs().sum().ToDouble()) + 1));
            if (Math.Abs(wanted - found) <= allowed)
            {
                return;
            }
        }

        throw new NotSupportedException(
            $"{Name}: libtorch's derivative of this order is wrong: {found:G4} along a line, where differences of the one below are {wanted:G4}. Some of its "
                + "layers, such as LayerNorm, lack terms beyond the second gradient: write that layer in elementary operations, or ask for second derivatives "
                + "in reverse mode alone.");

        double Difference(torch.Tensor[] directions, torch.Tensor[] seeds, double step)
        {
            return (Along(step) - Along(-step)) / (2 * step);

            double Along(double t)
            {
                using Scalar by = t;
                torch.Tensor[] moved = [.. point];
                for (int i = 0; i < active.Count; i++)
                {
                    moved[active[i]] = point[active[i]].add(directions[i].mul(by));
                }

                return Run(of, moved).Zip(seeds, (result, seed) => result.mul(seed).sum().ToDouble()).Sum();
            }
        }
    }
}
