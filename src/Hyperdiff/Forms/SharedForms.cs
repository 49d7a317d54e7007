using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>The forms of functions that their callers promise to be pure. One that captures nothing is the same function wherever it is written down again,
/// as in a loss that makes its map at every call: it has one form.</summary>
internal static class SharedForms
{
    // of a function's type: it has one form for each name and choice of trees, which few programs vary
    private const int Capacity = 64;

    private static readonly ConditionalWeakTable<Type, RecentlyUsed<Key, object>> s_forms = [];

    /// <summary>The form of a function.</summary>
    /// <param name="function">The function, as it was given.</param>
    /// <param name="settings">What else the form depends on: names and trees.</param>
    /// <param name="make">Makes it, with a cache for its graphs.</param>
    public static TForm Of<TForm>(Delegate function, ImmutableArray<object> settings, Func<FormCache, TForm> make)
        where TForm : class
    {
        var captured = CapturedVariables.Of(function);
        if (!captured.IsNothing)
        {
            return make(new FormCache(function));
        }

        // kept with the innermost piece of code, which is the caller's: a function of another language is wrapped
        Type owner = captured.Code[^1] as Type ?? function.Method.DeclaringType ?? function.GetType();
        RecentlyUsed<Key, object> forms = s_forms.GetValue(owner, static _ => new RecentlyUsed<Key, object>(Capacity));
        var key = new Key([typeof(TForm), .. captured.Code, .. settings]);
        return (TForm)(forms.Find(key) ?? forms.Keep(key, make(new FormCache())));
    }

    private readonly record struct Key(ImmutableArray<object> Parts)
    {
        public bool Equals(Key other) => Parts.AsSpan().SequenceEqual(other.Parts.AsSpan());

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            foreach (object part in Parts)
            {
                hash.Add(part);
            }

            return hash.ToHashCode();
        }
    }
}
