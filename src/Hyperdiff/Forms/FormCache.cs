using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>The graphs of one pure method, one per combination of shapes and static arguments, bounded in number.</summary>
/// <remarks>
/// Purity is what makes this sound: equal types and static arguments give equal graphs. The analyzers prove it of annotated methods; of a function that its
/// caller promises to be pure, what it captured is looked at besides, and a graph is kept as long as that stays what it was.
/// </remarks>
/// <param name="promised">The functions whose captured variables are looked at; none if they can hold nothing.</param>
internal sealed class FormCache(params Delegate[] promised)
{
    // Enough for the shapes of a program's life (training, validation, last batch); a program that exceeds it has shapes that keep changing.
    private const int Capacity = 64;

    private readonly RecentlyUsed<FormKey, Kept> _forms = new(Capacity);
    private Traced? _last;

    /// <summary>What the functions hold at present; null if they can hold nothing.</summary>
    public CapturedVariables? Captured() => promised.Length == 0 ? null : CapturedVariables.Of(promised);

    /// <summary>The graph that was found last, if it is for these structures: asked for again and again, it takes no key, which is most of a call of a small
    /// function.</summary>
    /// <param name="leaves">The leaves of each.</param>
    /// <param name="statics">The static members of each.</param>
    public TracedForm? FindAgain(ReadOnlySpan<ImmutableArray<Leaf>> leaves, ReadOnlySpan<ImmutableArray<object>> statics) =>
        _last is { } last && last.Key.IsOf(leaves, statics) && last.Holds ? last.Form : null;

    /// <summary>The graph for a key; null if there is none, or it was traced while the function held something else.</summary>
    public TracedForm? Find(FormKey key)
    {
        if (_forms.Find(key)?.Latest is not { Holds: true } latest)
        {
            return null;
        }

        _last = latest;
        return latest.Form;
    }

    /// <summary>Keeps a graph; when there are too many, one that was not used lately goes.</summary>
    /// <param name="key">What it was traced for.</param>
    /// <param name="form">The graph.</param>
    /// <param name="captured">What the function held before it was traced.</param>
    public void Keep(FormKey key, TracedForm form, CapturedVariables? captured) =>
        _last = _forms.Keep(key, new Kept()).Latest = new(key, form, captured?.WithoutChanged());

    // of a key the last graph only: what an earlier one captured is let go
    private sealed class Kept
    {
        public Traced? Latest { get; set; }
    }

    private sealed record Traced(FormKey Key, TracedForm Form, CapturedVariables? Captured)
    {
        public bool Holds => Captured?.StillHold() != false;
    }
}
