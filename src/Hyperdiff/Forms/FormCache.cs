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

    /// <summary>What the functions hold at present; null if they can hold nothing.</summary>
    public CapturedVariables? Captured() => promised.Length == 0 ? null : CapturedVariables.Of(promised);

    /// <summary>The graph for a key; null if there is none, or it was traced while the function held something else.</summary>
    public TracedForm? Find(FormKey key) => _forms.Find(key)?.Latest is { } latest && latest.Captured?.StillHold() != false ? latest.Form : null;

    /// <summary>Keeps a graph; when there are too many, one that was not used lately goes.</summary>
    /// <param name="key">What it was traced for.</param>
    /// <param name="form">The graph.</param>
    /// <param name="captured">What the function held before it was traced.</param>
    public void Keep(FormKey key, TracedForm form, CapturedVariables? captured) => _forms.Keep(key, new Kept()).Latest = new(form, captured?.WithoutChanged());

    // of a key the last graph only: what an earlier one captured is let go
    private sealed class Kept
    {
        public Traced? Latest { get; set; }
    }

    private sealed record Traced(TracedForm Form, CapturedVariables? Captured);
}
