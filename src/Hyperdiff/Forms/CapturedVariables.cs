using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Hyperdiff;

/// <summary>What a function holds besides its code, as it was when it was looked at: captured variables, the object that its method belongs to, and what
/// these hold in turn.</summary>
/// <remarks>
/// A graph that was traced while they had these values is right as long as they have them. They are read by reflection over the fields of closures; fields
/// that trimming removed are not seen, and static state is in no field of these. Looking again reads every field once, and allocates for those of value types
/// only.
/// </remarks>
internal sealed class CapturedVariables
{
    /// <summary>How many fields are looked at: what a function captures is small, unless it is a method of a large object.</summary>
    public const int Most = 256;

    private static readonly ConditionalWeakTable<Type, FieldInfo[]> s_fields = [];

    private readonly List<object> _code = [];
    private readonly List<CapturedField> _fields = [];
    private bool _holdsState;

    private CapturedVariables(ReadOnlySpan<Delegate> functions)
    {
        var seen = new Seen();
        foreach (Delegate function in functions)
        {
            Functions(function, seen);
        }
    }

    /// <summary>The methods and closure types that make up the code: equal for functions of the same code.</summary>
    public IReadOnlyList<object> Code => _code;

    /// <summary>Whether the function holds nothing but code.</summary>
    public bool IsNothing => !_holdsState;

    /// <summary>The variables, each with what it held.</summary>
    public IReadOnlyList<CapturedField> Fields => _fields;

    /// <summary>Looks at a function, or at several.</summary>
    public static CapturedVariables Of(params ReadOnlySpan<Delegate> functions) => new(functions);

    /// <summary>Lets go of those that are not what they were: what the function itself changed while it was traced, as a counter of its calls, is nothing that
    /// its result could depend on, if it is pure.</summary>
    public CapturedVariables WithoutChanged()
    {
        _fields.RemoveAll(field => !field.StillHolds());
        return this;
    }

    /// <summary>Whether all of them are what they were.</summary>
    public bool StillHold()
    {
        foreach (CapturedField field in _fields)
        {
            if (!field.StillHolds())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether an object is part of a function, rather than something that it holds: a delegate, or an object of a class that a compiler made for a
    /// lambda, whose names no program can write.</summary>
    public static bool IsCode(object value) => value is Delegate || value.GetType().Name.AsSpan().ContainsAny('@', '<');

    // values that are what they are, and objects whose innards are nobody's business
    private static bool IsOpaque(Type type) => type.IsValueType || type.IsArray || type == typeof(string) || type.Assembly == typeof(Tensor).Assembly
        || typeof(MemberInfo).IsAssignableFrom(type) || type.Namespace is "System.IO" or "System.Threading" or "System.Threading.Tasks";

    private static bool IsScope(object holder) => holder.GetType().Name.StartsWith("<>c__DisplayClass", StringComparison.Ordinal);

    private static bool IsFSharpClosure(object holder) => holder.GetType().Name.Contains('@', StringComparison.Ordinal);

    private void Functions(Delegate function, Seen seen)
    {
        foreach (Delegate one in function.GetInvocationList())
        {
            _code.Add(one.Method);
            if (one.Target is { } target)
            {
                LookInto(target, IsCode(target) ? string.Empty : "this", seen, one.Method);
            }
        }
    }

    private void LookInto(object holder, string path, Seen seen, MethodInfo? code = null)
    {
        if (!seen.Add(holder, code))
        {
            return;
        }

        if (holder is Delegate function)
        {
            Functions(function, seen);
            return;
        }

        _code.Add(holder.GetType());
        ReadFields? own = IsScope(holder) && code is not null ? new ReadFields(code) : null;
        foreach (FieldInfo field in FieldsOf(holder.GetType()))
        {
            if (_fields.Count == Most)
            {
                return;
            }

            if (own?.Contains(field) == false)
            {
                continue;
            }

            object? value = field.GetValue(holder);
            string name = CapturedField.NameOf(path, field);
            _fields.Add(new CapturedField(name, field, holder, value));

            // a closure of F# holds the functions that it calls, and never others
            bool isCode = value is not null && IsCode(value);
            _holdsState |= !(isCode && IsFSharpClosure(holder));
            if (value is not null && !IsOpaque(value.GetType()))
            {
                LookInto(value, isCode ? string.Empty : name, seen, code);
            }
        }
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Fields that were trimmed away are not looked at, as is documented.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Fields that were trimmed away are not looked at, as is documented.")]
    private static FieldInfo[] FieldsOf(Type type) => s_fields.GetValue(type, static of =>
    {
        var fields = new List<FieldInfo>();
        for (Type? at = of; at is not null; at = at.BaseType)
        {
            fields.AddRange(at.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Where(field => !field.FieldType.IsPointer && !field.FieldType.IsByRefLike && !field.FieldType.IsFunctionPointer));
        }

        return [.. fields];
    });

    // functions of a scope share an object, and each has its own variables there
    private sealed class Seen
    {
        private readonly HashSet<object> _objects = new(ReferenceEqualityComparer.Instance);
        private readonly HashSet<(object, MethodInfo?)> _scopes = [];

        public bool Add(object holder, MethodInfo? code) => IsScope(holder) ? _scopes.Add((holder, code)) : _objects.Add(holder);
    }
}
