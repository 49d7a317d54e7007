using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>The graphs of one pure method, one per combination of shapes and static arguments, bounded in number.</summary>
/// <remarks>Purity, which the analyzers prove, is what makes this sound: equal types and static arguments give equal graphs.</remarks>
internal sealed class FormCache
{
    // Enough for the shapes of a program's life (training, validation, last batch); a program that exceeds it has shapes that keep changing.
    private const int Capacity = 64;

    private readonly RecentlyUsed<FormKey, TracedForm> _forms = new(Capacity);

    public TracedForm? Find(FormKey key) => _forms.Find(key);

    /// <summary>Keeps a graph; when there are too many, one that was not used lately goes.</summary>
    public TracedForm Keep(FormKey key, TracedForm form) => _forms.Keep(key, form);
}
