using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>Where an object comes from, which decides who may change it.</summary>
internal enum Origin
{
    /// <summary>Made by the method under analysis, or by what it calls: changing it is nobody's business.</summary>
    Fresh,

    /// <summary>Reached from a parameter of the method under analysis.</summary>
    Parameter,

    /// <summary>Reached from a static field.</summary>
    Static,

    /// <summary>Returned by something whose effects are not known, which was reported there.</summary>
    Unknown,

    /// <summary>A delegate whose target is known.</summary>
    Function,

    /// <summary>A reference to a variable, a field or an element: <c>ref</c>, <c>out</c>, a pointer.</summary>
    Pointer,
}

/// <summary>Stands for all objects that one place of a program makes or receives.</summary>
internal sealed class AbstractObject(Origin origin, ITypeSymbol? type, Frame? madeIn)
{
    /// <summary>The key of elements, of arrays and collections alike, and of variables.</summary>
    public static readonly object Element = new();

    /// <summary>The key of what may lie in any field.</summary>
    public static readonly object Any = new();

    /// <summary>The key of what an object stands for, so that changing it changes that.</summary>
    public static readonly object Window = new();

    private readonly Dictionary<object, Value> _fields = [];

    public Origin Origin { get; } = origin;

    /// <summary>Whether nothing can change it, whatever its type says.</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>The type: exact for fresh objects, and for static ones whose initializer is in sight.</summary>
    public ITypeSymbol? Type { get; } = type;

    /// <summary>The activation that made it.</summary>
    public Frame? MadeIn { get; } = madeIn;

    /// <summary>The target of a function, and what its lambda sees around it.</summary>
    public Callable? Function { get; set; }

    /// <summary>Whether this is a variable, not an object on the heap.</summary>
    public bool IsVariable { get; init; }

    /// <summary>The reference to the static member, for messages at that place.</summary>
    public StaticReference? Static { get; set; }

    /// <summary>What a pointer points into.</summary>
    public (AbstractObject Target, object Key) Place { get; set; }

    /// <summary>What a field holds, or all fields.</summary>
    public Value Load(object key)
    {
        Value held = Value.None;
        if (ReferenceEquals(key, Any))
        {
            foreach (Value value in _fields.Values)
            {
                held = held.Join(value);
            }

            return held;
        }

        if (_fields.TryGetValue(key, out Value? own))
        {
            held = own;
        }

        return _fields.TryGetValue(Any, out Value? any) ? held.Join(any) : held;
    }

    /// <summary>Adds to what a field may hold; whether that was news.</summary>
    public bool Store(object key, Value value)
    {
        Value before = _fields.TryGetValue(key, out Value? held) ? held : Value.None;
        Value after = before.Join(value);
        _fields[key] = after;
        return !ReferenceEquals(before, after);
    }

    /// <summary>Adds what another object holds, field by field; of an object that is not followed, the object itself. Whether that was news.</summary>
    public bool CopyFields(AbstractObject original)
    {
        if (original.Origin != Origin.Fresh)
        {
            return Store(Any, Value.Of(original));
        }

        bool changed = false;
        foreach (KeyValuePair<object, Value> field in original._fields.ToArray())
        {
            changed |= Store(field.Key, field.Value);
        }

        return changed;
    }
}
