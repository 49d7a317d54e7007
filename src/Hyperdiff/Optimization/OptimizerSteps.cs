using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The steps of an optimizer as plans, one per combination of shapes: a step is one run instead of dozens of operations.</summary>
/// <remarks>A plan is made at the second step of a kind, so that a rule that is made anew for every step compiles none. Within a transformation, and where a
/// function of the caller's reads values, steps are operations.</remarks>
internal sealed class OptimizerSteps
{
    private static readonly ConditionalWeakTable<Optimizer, OptimizerSteps> s_kept = [];

    private readonly Optimizer _optimizer;
    private readonly FormCache _cache;

    // what the caller's functions return is looked at before every step: a plan does not look
    private readonly Schedule[] _ownSchedules;
    private FormKey? _seen;
    private bool _isRefused;

    private OptimizerSteps(Optimizer optimizer)
    {
        (_optimizer, _cache) = (optimizer, new FormCache([.. optimizer.Functions]));
        _ownSchedules = [.. optimizer.Schedules.Where(schedule => !schedule.Functions.IsEmpty)];
    }

    /// <summary>Those of an optimizer, kept as long as it is there.</summary>
    public static OptimizerSteps Of(Optimizer optimizer) => s_kept.GetValue(optimizer, static of => new OptimizerSteps(of));

    /// <summary>The next step.</summary>
    /// <param name="leaves">The parameters.</param>
    /// <param name="operands">Those of <see cref="Optimizer.Next(string[], Tensor[])"/>.</param>
    public Tensor[] Next(ImmutableArray<Leaf> leaves, Tensor[] operands)
    {
        string[] names = [.. leaves.Where(leaf => leaf.IsActive).Select(leaf => leaf.Name)];
        if (_isRefused || Array.Exists(operands, operand => operand.IsTraced))
        {
            return _optimizer.Next(names, operands);
        }

        var key = new FormKey([leaves], [[.. names]]);
        if (_cache.Find(key) is not { } form)
        {
            bool isFirst = !key.Equals(_seen);
            _seen = key;
            if (isFirst || Traced(names, operands, key) is not { } made)
            {
                return _optimizer.Next(names, operands);
            }

            form = made;
        }

        Array.ForEach(_ownSchedules, schedule => schedule.At(operands[^1]));

        // what differs from rank to rank does so in its type
        return form.Graph.InputTypes.AsSpan()[..operands.Length].SequenceEqual(Array.ConvertAll(operands, operand => operand.Type))
            ? form.Graph.Call([.. operands, .. form.Captures]).EnsureConverged("A step of an optimizer") : _optimizer.Next(names, operands);
    }

    private TracedForm? Traced(string[] names, Tensor[] operands, FormKey key)
    {
        CapturedVariables? captured = _cache.Captured();
        TracedFunction traced = TracedFunction.Of(all => _optimizer.Next(names, all), operands);
        _isRefused = traced.IsValueDependent || Array.Exists(traced.Captures, tensor => tensor.IsTraced);
        if (_isRefused)
        {
            return null;
        }

        var form = new TracedForm(Simplification.Of(traced.Graph), default, default, traced.Captures, null, false);
        _cache.Keep(key, form, captured);
        return form;
    }
}
