using System.Collections.Concurrent;

namespace Hyperdiff;

/// <summary>The graphs of one pure method, one per combination of shapes and static arguments, bounded in number.</summary>
/// <remarks>Purity, which the analyzers prove, is what makes this sound: equal types and static arguments give equal graphs.</remarks>
internal sealed class FormCache
{
    // Enough for the shapes of a program's life (training, validation, last batch); a program that exceeds it has shapes that keep changing.
    private const int Capacity = 64;

    private readonly ConcurrentDictionary<FormKey, TracedForm> _forms = new();
    private readonly ConcurrentQueue<FormKey> _order = new();

    public TracedForm? Find(FormKey key) => _forms.GetValueOrDefault(key);

    /// <summary>Keeps a graph; when there are too many, the oldest goes.</summary>
    public TracedForm Keep(FormKey key, TracedForm form)
    {
        if (!_forms.TryAdd(key, form))
        {
            return _forms.GetValueOrDefault(key, form);
        }

        _order.Enqueue(key);
        while (_forms.Count > Capacity && _order.TryDequeue(out FormKey? oldest))
        {
            _forms.TryRemove(oldest, out _);
        }

        return form;
    }
}
