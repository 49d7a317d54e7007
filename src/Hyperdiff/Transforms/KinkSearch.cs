using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>Finds the kinks of a function at a point: a graph beside it that counts, for every operation that has kinks, the elements that are exactly
/// there.</summary>
/// <remarks>
/// It is run once at a point where derivatives were taken, not in their products, and is empty for functions without such operations, which therefore cost
/// nothing. It counts what can matter to the derivative: not what depends on no variable, what is stopped, what a choice did not take, or what is only
/// compared. The function is searched as it is differentiated, after <see cref="Smoothing"/>.
/// </remarks>
/// <param name="Graph">From the inputs to count and number of elements, for every place.</param>
/// <param name="Places">The operations and where they are.</param>
internal sealed record KinkSearch(Graph Graph, ImmutableArray<string> Places)
{
    /// <summary>The search in a graph whose derivatives are taken in some of its inputs, kept with the graph.</summary>
    public static KinkSearch Of(Graph graph, Axes active) =>
        graph.Derive(new Key(active), _ => new Recorder(Simplification.DropUnused(Smoothing.Of(graph)), active).Record());

    /// <summary>Whether no operation of a graph has a kink, whichever inputs its derivatives are taken in; kept with the graph.</summary>
    public static bool IsSmooth(Graph graph) => graph.Derive(
        SmoothKey.Instance, static whole => new StrongBox<bool>(Of(whole, [.. Enumerable.Range(0, whole.Inputs.Length)]).Places.IsEmpty)).Value;

    /// <summary>The kinks at a point; none inside a trace, where there is no point yet.</summary>
    public ImmutableArray<Kink> At(ReadOnlySpan<Tensor> operands)
    {
        if (Places.IsEmpty || Trace.Innermost(null, operands) is not null)
        {
            return [];
        }

        Tensor[] numbers = Array.ConvertAll(Graph.Call(operands).Outputs, Replication.Total);
        return
        [
            .. Places.Select((place, i) => new Kink(place, (long)numbers[2 * i].ToScalar(), (long)numbers[(2 * i) + 1].ToScalar()))
                .Where(kink => kink.Count > 0),
        ];
    }

    /// <summary>The counts as part of another search.</summary>
    public KinkCount[] Within(ReadOnlySpan<Tensor> operands)
    {
        if (Places.IsEmpty)
        {
            return [];
        }

        Tensor[] numbers = Graph.Call(operands).Outputs;
        return [.. Places.Select((place, i) => new KinkCount(place, numbers[2 * i], numbers[(2 * i) + 1]))];
    }

    /// <summary>Records the counts beside the function.</summary>
    private sealed class Recorder(Graph graph, Axes active)
    {
        private readonly Dictionary<Value, Tensor> _values = [];
        private readonly HashSet<Value> _active = [.. active.Items.Select(i => graph.Inputs[i])];

        // where a value can matter to the derivative: absent for nowhere, null for everywhere
        private readonly Dictionary<Value, Tensor?> _relevant = [];
        private readonly Dictionary<string, (Tensor Count, Tensor Elements)> _found = [];
        private readonly List<string> _places = [];
        private readonly SpectralKinks _spectra = new(graph);

        public KinkSearch Record()
        {
            using var trace = new Trace();
            foreach (Value input in graph.Inputs)
            {
                _values[input] = trace.Input(input.Type);
            }

            foreach (Equation equation in graph.Equations)
            {
                Tensor[] results = trace.Record(equation.Primitive, Operands(equation));
                for (int i = 0; i < results.Length; i++)
                {
                    _values[equation.Results[i]] = results[i];
                    if (IsActive(equation) && equation.Primitive is not (StopGradient or PiecewiseConstant) && results[i].DType.IsFloating()
                        && i != equation.Primitive.ReportResult)
                    {
                        _active.Add(equation.Results[i]);
                    }
                }
            }

            foreach (Value output in graph.Outputs)
            {
                _relevant[output] = null;
            }

            foreach (Equation equation in graph.Equations.Reverse().Where(equation => equation.Results.Any(_relevant.ContainsKey)))
            {
                Spread(equation);
            }

            foreach (Equation equation in graph.Equations.Where(equation => IsActive(equation) && equation.Results.Any(_relevant.ContainsKey)))
            {
                Count(equation);
            }

            Graph counts = trace.Close([.. _places.SelectMany(place => new[] { _found[place].Count, _found[place].Elements })]);
            trace.RequireClosed("rules for kinks");
            return new KinkSearch(Simplification.DropUnused(Simplification.Of(counts)), [.. _places]);
        }

        private Tensor[] Operands(Equation equation) => [.. equation.Operands.Select(operand => _values[operand])];

        private Tensor[] Results(Equation equation) => [.. equation.Results.Select(result => _values[result])];

        private bool IsActive(Equation equation) => equation.Operands.Any(_active.Contains);

        /// <summary>Where operands can matter, from where results can.</summary>
        private void Spread(Equation equation)
        {
            Tensor? mask = equation.Results.Length == 1 ? _relevant.GetValueOrDefault(equation.Results[0]) : null;
            switch (equation.Primitive)
            {
                case StopGradient:
                    break;
                case Comparison or PiecewiseConstant or Primitives.Convert { Target: DType.Int32 or DType.Bool } or Primitives.ArgSort or ArgExtremum:
                    // these are constant between their jumps, which count here; a choice by choices is made by those
                    foreach (Value operand in equation.Operands.Where(operand => !_active.Contains(operand)))
                    {
                        Add(operand, null);
                    }

                    break;
                case Where:
                    Tensor chosen = _values[equation.Operands[0]];
                    Add(equation.Operands[0], mask);
                    Add(equation.Operands[1], And(mask, chosen));
                    Add(equation.Operands[2], And(mask, !chosen));
                    break;
                case Elementwise:
                    foreach (Value operand in equation.Operands)
                    {
                        Add(operand, mask);
                    }

                    break;
                case Reshape:
                    Add(equation.Operands[0], mask?.Reshape(equation.Operands[0].Type.Shape));
                    break;
                case Permute permute:
                    Add(equation.Operands[0], mask is null
                        ? null
                        : new Permute(new Axes([.. Enumerable.Range(0, permute.Order.Count).Select(axis => permute.Order.Items.IndexOf(axis))])).Of(mask));
                    break;
                case Sum sum:
                    Add(equation.Operands[0], mask?.Reshape(sum.Kept(equation.Operands[0].Type.Shape)).BroadcastTo(equation.Operands[0].Type.Shape));
                    break;
                default:
                    foreach (Value operand in equation.Operands)
                    {
                        Add(operand, null);
                    }

                    break;
            }
        }

        private void Add(Value value, Tensor? mask)
        {
            _relevant[value] = mask is not null && _relevant.TryGetValue(value, out Tensor? before) ? before is null ? null : before | mask : mask;
        }

        private static Tensor And(Tensor? mask, Tensor other) => mask is null ? other : mask & other;

        private void Count(Equation equation)
        {
            (Tensor[] operands, Tensor[] results) = (Operands(equation), Results(equation));
            Tensor? relevant = equation.Results.Length == 1 ? _relevant.GetValueOrDefault(equation.Results[0]) : null;
            foreach (KinkMask kink in (KinkMask[])[.. equation.Primitive.Kinks(operands, results), .. _spectra.Of(equation, results)])
            {
                Tensor mask = relevant is not null && relevant.Shape == kink.Mask.Shape ? kink.Mask & relevant : kink.Mask;
                Found(new KinkCount(kink.Place, mask.To(DType.Float64).Sum(), Tensor.Scalar(mask.Count).Beside(mask)));
            }

            foreach (KinkCount kink in equation.Primitive.KinksWithin(operands, results, [.. equation.Operands.Select(_active.Contains)]))
            {
                Found(kink);
            }
        }

        private void Found(KinkCount kink)
        {
            if (_found.TryGetValue(kink.Place, out (Tensor Count, Tensor Elements) before))
            {
                _found[kink.Place] = (before.Count + kink.Count, before.Elements + kink.Elements);
                return;
            }

            _found[kink.Place] = (kink.Count, kink.Elements);
            _places.Add(kink.Place);
        }
    }

    private readonly record struct Key(Axes Active) : IDerivation<KinkSearch>;

    private sealed record SmoothKey : IDerivation<StrongBox<bool>>
    {
        public static SmoothKey Instance { get; } = new();
    }
}
