namespace Hyperdiff;

/// <summary>What a solver made of A alone, kept for further right-hand sides: factors, a preconditioner, the result of a probe.</summary>
/// <remarks>
/// A wrapper's inner solver works on another matrix, and keeps what is its own in <see cref="Inner"/>. Each solve reports the products that it rests on as if
/// it had made everything itself, once, so that its report does not depend on which solves came before.
/// </remarks>
internal sealed class Preparation
{
    private readonly Dictionary<object, (object Value, bool Counted)> _made = [];
    private Dictionary<int, Preparation>? _levels;
    private Preparation? _inner;
    private Preparation? _narrow;

    /// <summary>That of the solver within.</summary>
    public Preparation Inner => _inner ??= new Preparation();

    /// <summary>That for A in <c>float32</c>.</summary>
    public Preparation Narrow => _narrow ??= new Preparation();

    /// <summary>That for 2^−exponent A.</summary>
    public Preparation Of(int exponent)
    {
        if (exponent == 0)
        {
            return this;
        }

        _levels ??= [];
        return _levels.TryGetValue(exponent, out Preparation? scaled) ? scaled : _levels[exponent] = new Preparation();
    }

    /// <summary>What was made, or is made now; and whether this solve asks for it for the first time, so that it counts the products that it took.</summary>
    /// <param name="key">Names it.</param>
    /// <param name="make">Makes it; null is not kept.</param>
    public (T? Value, bool IsFirst) Once<T>(object key, Func<T?> make)
        where T : class
    {
        bool known = _made.TryGetValue(key, out (object Value, bool Counted) entry);
        object? value = known ? entry.Value : make();
        if (value is not null)
        {
            _made[key] = (value, true);
        }

        return ((T?)value, !(known && entry.Counted));
    }

    /// <summary>What was made; null if it was not.</summary>
    /// <param name="key">Names it.</param>
    public T? Find<T>(object key)
        where T : class => _made.TryGetValue(key, out (object Value, bool Counted) entry) ? (T)entry.Value : null;

    /// <summary>Puts in what was made of another matrix, whose products are no solve's.</summary>
    /// <param name="key">Names it.</param>
    /// <param name="value">What was made.</param>
    public void Put(object key, object value) => _made[key] = (value, true);

    /// <summary>One that begins with what was made of another matrix.</summary>
    /// <param name="key">Names it.</param>
    /// <param name="value">What was made.</param>
    public static Preparation Of(object key, object value)
    {
        var given = new Preparation();
        given.Put(key, value);
        return given;
    }

    /// <summary>Begins another solve.</summary>
    public void Begin()
    {
        foreach (object key in _made.Keys)
        {
            _made[key] = _made[key] with { Counted = false };
        }

        _inner?.Begin();
        _narrow?.Begin();
        foreach (Preparation scaled in _levels?.Values ?? (IEnumerable<Preparation>)[])
        {
            scaled.Begin();
        }
    }
}
