using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Convert = Hyperdiff.Primitives.Convert;

namespace Hyperdiff.Transforms;

/// <summary>Tangents that come from <c>float64</c> and go to <c>float64</c> stay there on the way, though the values are computed in <c>float32</c>.</summary>
/// <remarks>
/// The numbers of a function say nothing of the size of its tangents and cotangents, which have the unit of whatever is differentiated: 1e-60 F has cotangents
/// of 1e-60, and <c>float32</c> would lose them. What the linear part takes of the values is converted once, where they are computed.
/// </remarks>
internal static class Widening
{
    /// <summary>The joint graph <c>(x, ẋ) → (y, ẏ)</c> with such tangents widened; the graph itself if it has none.</summary>
    /// <param name="joint">The joint graph.</param>
    /// <param name="primal">The numbers of inputs x and of outputs y.</param>
    public static Graph Of(Graph joint, (int Inputs, int Outputs) primal)
    {
        // most functions have nothing in float32, and each is linearized before its first use
        if (!joint.ComputesInFloat32 || !joint.Inputs.Skip(primal.Inputs).Any(IsWide) || !joint.Outputs.Skip(primal.Outputs).Any(IsWide))
        {
            return joint;
        }

        ValueSet within = Within(joint, primal);
        return joint.Equations.Any(equation => IsWidened(equation, within)) ? new Copy(joint, within).Run() : joint;
    }

    /// <summary>A graph whose results are linear in some of its inputs, with those inputs, and what depends on them, in <c>float64</c>; the rest stays as it
    /// is.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="linear">Those inputs.</param>
    public static Graph Of(Graph graph, Axes linear) => graph.Derive(new Key(linear), whole =>
    {
        var within = new ValueSet(whole, linear.Items.Select(input => whole.Inputs[input]));
        AddWhatFollows(whole, within);
        return new Copy(whole, within) { WidensBoundary = true }.Run();
    });

    // linear in what comes as float64, and a part of what leaves as float64
    private static ValueSet Within(Graph joint, (int Inputs, int Outputs) primal)
    {
        var from = new ValueSet(joint, joint.Inputs.Skip(primal.Inputs).Where(IsWide));
        AddWhatFollows(joint, from);
        var to = new ValueSet(joint, joint.Outputs.Skip(primal.Outputs).Where(value => IsWide(value) && from.Contains(value)));
        foreach (Equation equation in joint.Equations.Reverse())
        {
            if (to.ContainsAny(equation.Results))
            {
                foreach (Value operand in equation.Operands.Where(from.Contains))
                {
                    to.Add(operand);
                }
            }
        }

        return to;
    }

    private static void AddWhatFollows(Graph graph, ValueSet values)
    {
        foreach (Equation equation in graph.Equations)
        {
            if (values.ContainsAny(equation.Operands))
            {
                values.Add(equation.Results);
            }
        }
    }

    private static bool IsWide(Value value) => value.Type.DType == DType.Float64;

    private static bool IsNarrow(Value value) => value.Type.DType == DType.Float32;

    private static bool IsWidened(Equation equation, ValueSet within) =>
        equation.Primitive is not Convert { Target: DType.Float64 }
        && equation.Operands.Concat(equation.Results).Any(value => IsNarrow(value) && within.Contains(value));

    /// <summary>One pass over a joint graph: every value in its own type, or in <c>float64</c>, or both, as they are asked for.</summary>
    private sealed class Copy
    {
        private readonly Graph _joint;
        private readonly ValueSet _within;
        private readonly GraphBuilder _builder = new();
        private readonly ValueMap<Value> _own;
        private readonly ValueMap<Value> _wide;
        private readonly ValueMap<Equation> _views;

        public Copy(Graph joint, ValueSet within)
        {
            (_joint, _within) = (joint, within);
            (_own, _wide, _views) = (new ValueMap<Value>(joint), new ValueMap<Value>(joint), new ValueMap<Equation>(joint));
        }

        /// <summary>Whether inputs and outputs are widened too.</summary>
        public bool WidensBoundary { get; init; }

        public Graph Run()
        {
            foreach (Value input in _joint.Inputs)
            {
                bool isWidened = WidensBoundary && IsNarrow(input) && _within.Contains(input);
                (isWidened ? _wide : _own).Set(input, _builder.Input(isWidened ? Precision.Wide.Of(input.Type) : input.Type));
            }

            foreach (Equation equation in _joint.Equations)
            {
                if (IsWidened(equation, _within) && AddWidened(equation))
                {
                    continue;
                }

                // a tangent that goes back to float64 never left it
                if (equation.Primitive is Convert { Target: DType.Float64 } && _wide.TryGetValue(equation.Operands[0], out Value? kept))
                {
                    _own.Set(equation.Results[0], kept);
                    continue;
                }

                _own.Set(equation.Results, _builder.Add(equation.Primitive, All(equation, Own)).AsSpan());
                if (equation.Primitive is Fill or BroadcastTo or Reshape)
                {
                    _views.Set(equation.Results[0], equation);
                }
            }

            Func<Value, Value> leaving = WidensBoundary ? output => _within.Contains(output) ? Wide(output) : Own(output) : Own;
            return Simplification.Of(_builder.Build([.. _joint.Outputs.Select(leaving)]));
        }

        private bool AddWidened(Equation equation)
        {
            bool[] linear = _within.Which(equation.Operands);
            ImmutableArray<Value> operands;
            if (equation.Primitive.Widened(linear) is { } primitive)
            {
                operands = [.. equation.Operands.Select((operand, i) => linear[i] ? Wide(operand) : Own(operand))];
            }
            else if (Precision.Wide.Of(equation) is { } whole)
            {
                (primitive, operands) = (whole, [.. equation.Operands.Select(Wide)]);
            }
            else
            {
                return false;
            }

            foreach ((Value result, Value made) in equation.Results.Zip(_builder.Add(primitive, operands)))
            {
                (IsNarrow(result) && IsWide(made) ? _wide : _own).Set(result, made);
            }

            return true;
        }

        private static ImmutableArray<Value> All(Equation equation, Func<Value, Value> each) => [.. equation.Operands.Select(each)];

        private Value Own(Value value)
        {
            if (!_own.TryGetValue(value, out Value? own))
            {
                own = _builder.Add(new Convert(DType.Float32), _wide[value])[0];
                _own.Set(value, own);
            }

            return own;
        }

        private Value Wide(Value value)
        {
            if (!IsNarrow(value))
            {
                return Own(value);
            }

            if (!_wide.TryGetValue(value, out Value? wide))
            {
                // small numbers are converted, not what is made of them by stretching
                wide = _views.TryGetValue(value, out Equation? view) && Precision.Wide.Of(view) is { } primitive
                    ? _builder.Add(primitive, All(view, Wide))[0] : _builder.Add(new Convert(DType.Float64), Own(value))[0];
                _wide.Set(value, wide);
            }

            return wide;
        }
    }

    private readonly record struct Key(Axes Linear) : IDerivation<Graph>;
}
