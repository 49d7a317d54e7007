using Hyperdiff.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>What members of the framework and of Hyperdiff do: a list of what is known to be pure, of what changes its receiver, and of what is forbidden
/// and why.
/// Everything else is not known.</summary>
internal static class FrameworkEffects
{
    private const string Time = "pass the time as a parameter";
    private const string Draw = "take a RandomKey as a parameter, and draw from it";
    private const string Load = "load the data before, and pass them as a Tensor; write results after the solve";
    private const string Concurrency = "a compiled plan uses the cores by itself; compute the value directly";

    private static readonly HashSet<string> s_constantsOfTheMachine =
        ["NewLine", "ProcessorCount", "Is64BitProcess", "Is64BitOperatingSystem", "OSVersion", "Version", "SystemPageSize"];

    private static readonly HashSet<string> s_purePathMembers =
    [
        "ChangeExtension", "Combine", "EndsInDirectorySeparator", "GetDirectoryName", "GetExtension", "GetFileName", "GetFileNameWithoutExtension",
        "GetInvalidFileNameChars", "GetInvalidPathChars", "GetPathRoot", "GetRelativePath", "HasExtension", "IsPathFullyQualified", "IsPathRooted", "Join",
        "TrimEndingDirectorySeparator", "DirectorySeparatorChar", "AltDirectorySeparatorChar", "PathSeparator", "VolumeSeparatorChar",
    ];

    // types all of whose members are pure, apart from what is forbidden below and what their setters do
    private static readonly HashSet<string> s_pureTypes =
    [
        "System.Object", "System.ValueType", "System.Enum", "System.Boolean", "System.Byte", "System.SByte", "System.Char", "System.Int16", "System.UInt16",
        "System.Int32", "System.UInt32", "System.Int64", "System.UInt64", "System.Int128", "System.UInt128", "System.IntPtr", "System.UIntPtr", "System.Half",
        "System.Single", "System.Double", "System.Decimal", "System.String", "System.Math", "System.MathF", "System.Convert", "System.BitConverter",
        "System.DateTime", "System.DateTimeOffset", "System.DateOnly", "System.TimeOnly", "System.TimeSpan", "System.Guid", "System.Uri", "System.Version",
        "System.Index", "System.Range", "System.Nullable", "System.Tuple", "System.ValueTuple", "System.StringComparer", "System.Type", "System.Attribute",
        "System.Array", "System.Buffer", "System.MemoryExtensions", "System.Span", "System.ReadOnlySpan", "System.Memory", "System.ReadOnlyMemory",
        "System.ArraySegment", "System.Delegate", "System.MulticastDelegate", "System.IDisposable", "System.IComparable", "System.IEquatable",
        "System.IFormattable", "System.ISpanFormattable", "System.IParsable", "System.ISpanParsable", "System.IConvertible", "System.IFormatProvider",
        "System.ICloneable", "System.FormattableString", "System.DBNull", "System.Void", "System.StringNormalizationExtensions",
        "System.Runtime.CompilerServices.Unsafe", "System.Runtime.CompilerServices.ITuple", "System.Runtime.CompilerServices.FormattableStringFactory",
        "System.Runtime.InteropServices.MemoryMarshal", "System.Runtime.InteropServices.CollectionsMarshal",
        "System.Runtime.InteropServices.ImmutableCollectionsMarshal", "System.Buffers.SearchValues", "System.Buffers.BuffersExtensions", "System.Buffers.Binary.BinaryPrimitives",
        "System.Text.Encoding", "System.Text.ASCIIEncoding", "System.Text.UTF8Encoding", "System.Text.UnicodeEncoding", "System.Text.Rune",
        "System.Text.CompositeFormat", "System.Text.Ascii", "System.Globalization.CultureInfo", "System.Globalization.NumberFormatInfo",
        "System.Globalization.CharUnicodeInfo", "System.Globalization.TextInfo", "System.Globalization.CompareInfo",
        "System.Reflection.MemberInfo", "System.Diagnostics.UnreachableException", "System.Collections.StructuralComparisons", "System.IO.Path",
        "System.Collections.Generic.KeyValuePair", "System.Collections.Generic.EqualityComparer", "System.Collections.Generic.Comparer",
        "System.Collections.Generic.IComparer", "System.Collections.Generic.IEqualityComparer", "System.Collections.IComparer",
        "System.Collections.IEqualityComparer", "System.Collections.Comparer", "System.Collections.IStructuralEquatable",
        "System.Collections.IStructuralComparable", "System.Collections.Generic.ReferenceEqualityComparer", "System.Security.Cryptography.CryptographicOperations",
        "System.Security.Cryptography.SHA256", "System.Diagnostics.CodeAnalysis.UnscopedRefAttribute", "System.IO.Hashing.Crc32", "System.Environment",
    ];

    private static readonly string[] s_pureNamespaces =
    [
        "System.Numerics", "System.Linq", "System.Collections.Immutable", "System.Collections.Frozen", "System.Runtime.Intrinsics", "System.Text.RegularExpressions",
        "System.Text.Unicode", "System.Buffers.Text",
    ];

    // types whose objects change by their members, apart from those that look only
    private static readonly HashSet<string> s_changingTypes =
    [
        "System.Text.StringBuilder", "System.HashCode", "System.Lazy", "System.Buffers.ArrayBufferWriter", "System.Buffers.IBufferWriter",
        "System.Runtime.CompilerServices.DefaultInterpolatedStringHandler", "System.Runtime.CompilerServices.ConditionalWeakTable", "System.Range.Enumerator",
        "System.IO.MemoryStream", "System.IO.StringReader", "System.IO.StringWriter", "System.IO.BinaryReader", "System.IO.BinaryWriter",
        "System.CharEnumerator", "System.Text.StringRuneEnumerator", "System.Text.SpanRuneEnumerator", "System.Text.SpanLineEnumerator", "System.Progress",
        "System.Runtime.CompilerServices.StrongBox",
    ];

    private static readonly string[] s_changingNamespaces = ["System.Collections"];

    private static readonly string[] s_looking =
    [
        "get_", "Contains", "Count", "IndexOf", "LastIndexOf", "BinarySearch", "ToArray", "ToList", "ToString", "ToImmutable", "CopyTo", "Find", "Exists", "TrueForAll",
        "ConvertAll", "GetRange", "Slice", "Peek", "TryPeek", "TryGetValue", "TryGetNonEnumeratedCount", "IsSubsetOf", "IsSupersetOf", "IsProperSubsetOf",
        "IsProperSupersetOf", "Overlaps", "SetEquals", "GetEnumerator", "GetValueOrDefault", "Equals", "GetHashCode", "CompareTo", "AsReadOnly", "AsSpan", "ForEach",
        "GetViewBetween", "Comparer", "Compare", "Keys", "Values", "Item", "Length", "Capacity", "Min", "Max", "First", "Last", "Next", "Previous", "Value", "Current", "Dispose",
        "GetKey", "GetValue", "GetAlternateLookup", "GetChunks", "ToHashCode", "GetBuffer", "ElementAt", "Clone", "GetLength", "IsReadOnly", "Position", "CanRead",
        "CanWrite", "CanSeek", "HasSetBits", "HasAllSet", "HasAnySet", "GetType", "WrittenSpan", "WrittenMemory", "WrittenCount", "IsEmpty", "UnorderedItems", "List", "Key",
        "IsValueCreated", "Deconstruct", "TryGetBuffer", "GetObjectData", "Create",
    ];

    /// <summary>What a member does.</summary>
    public static Effect Of(ISymbol member)
    {
        INamedTypeSymbol declaring = member.ContainingType;
        for (INamedTypeSymbol? type = declaring; type is not null; type = type.BaseType)
        {
            if (TypeFacts.FullName(type) == "System.Exception")
            {
                return IsSetter(member) ? Effect.ChangesReceiver : Effect.Pure;
            }
        }

        for (INamedTypeSymbol? type = declaring; type is not null && (type.SpecialType != SpecialType.System_Object || ReferenceEquals(type, declaring));
            type = type.BaseType)
        {
            if (Forbidden(Outermost(type), member) is { } forbidden)
            {
                return forbidden;
            }
        }

        if (member is IMethodSymbol { MethodKind: MethodKind.PropertySet, IsStatic: true }
            or IPropertySymbol { IsStatic: true, SetMethod: { DeclaredAccessibility: Accessibility.Public } } or IFieldSymbol
            {
                IsStatic: true,
                IsReadOnly: false, IsConst: false
            })
        {
            return new Effect(EffectKind.Forbidden, PurityDescriptors.StaticState, "pass the value as a parameter");
        }

        string name = TypeFacts.FullName(Outermost(declaring));
        string space = Outermost(declaring).ContainingNamespace?.ToDisplayString() ?? string.Empty;
        if (declaring.TypeKind == TypeKind.Delegate)
        {
            return Effect.Pure;
        }

        if (TypeFacts.IsLibrary(member))
        {
            return IsBuilder(declaring) ? Effect.ChangesReceiver : Effect.Pure;
        }

        if (s_changingTypes.Contains(name) || declaring.Name is "Builder" or "Enumerator" || declaring.Name.EndsWith("Enumerator", StringComparison.Ordinal)
            || (!s_pureTypes.Contains(name) && s_changingNamespaces.Any(root => IsWithin(space, root)) && !s_pureNamespaces.Any(root => IsWithin(space, root))))
        {
            return member.IsStatic || member is IMethodSymbol { MethodKind: MethodKind.Constructor } || Looks(member) ? Effect.Pure : Effect.ChangesReceiver;
        }

        if (IsWithin(space, "System.Linq.Expressions")
            || (name, member.Name) is ("System.Delegate", "DynamicInvoke" or "CreateDelegate") or ("System.Type", "InvokeMember"))
        {
            return Effect.NotSeen;
        }

        if (s_pureTypes.Contains(name) || s_pureNamespaces.Any(root => IsWithin(space, root)))
        {
            return IsSetter(member) || Changes(name, member) ? Effect.ChangesReceiver : Effect.Pure;
        }

        return name switch
        {
            "System.Diagnostics.Debug" when member.Name is "Assert" or "Fail" => Effect.Pure,
            "System.Diagnostics.Debug" when declaring.Name == "AssertInterpolatedStringHandler" =>
                member is IMethodSymbol { MethodKind: MethodKind.Constructor } ? Effect.Pure : Effect.ChangesReceiver,
            "System.Diagnostics.Contracts.Contract" => Effect.Pure,
            "System.Runtime.CompilerServices.RuntimeHelpers" when member.Name is not ("GetHashCode" or "GetUninitializedObject") => Effect.Pure,
            "System.GC" when member.Name.StartsWith("Allocate", StringComparison.Ordinal) || member.Name == "KeepAlive" => Effect.Pure,
            "System.Activator" when member.Name == "CreateInstance" && member is IMethodSymbol { Arity: 1, Parameters.Length: 0 } => Effect.Pure,
            "System.Threading.Interlocked" or "System.Threading.Volatile" => Effect.Pure,
            "System.AppContext" when member.Name == "BaseDirectory" => new Effect(EffectKind.Forbidden, PurityDescriptors.InputOutput, Load),
            "System.Diagnostics.Debug" => new Effect(EffectKind.Forbidden, PurityDescriptors.InputOutput, Load),
            _ => Effect.NotSeen,
        };
    }

    /// <summary>Whether calling a member writes to an argument.</summary>
    public static bool Writes(ISymbol member, IParameterSymbol parameter)
    {
        string type = TypeFacts.FullName(Outermost(member.ContainingType));
        if (parameter.RefKind is RefKind.Out)
        {
            return true;
        }

        if (parameter.RefKind is RefKind.Ref)
        {
            return type is not ("System.Runtime.CompilerServices.Unsafe" or "System.Runtime.InteropServices.MemoryMarshal")
                ? member.Name is not ("LoadUnsafe" or "Read" or "VolatileRead")
                : StartsWithAny(member.Name, "Write", "Copy", "Init", "Skip");
        }

        bool named = parameter.Name is "destination" or "destinationArray" or "dst" or "dest" or "outArray" or "buffer"
            || (parameter.Name == "array" && member.Name == "CopyTo")
                || (parameter.Name is "bytes" or "chars" && StartsWithAny(member.Name, "GetBytes", "GetChars", "TryGet")
                && parameter.Ordinal > 0);
        if (TypeFacts.IsView(parameter.Type) && !parameter.Type.Name.StartsWith("ReadOnly", StringComparison.Ordinal))
        {
            return type switch
            {
                "System.MemoryExtensions" => parameter.Name == "destination" || (parameter.Ordinal == 0 && member.Name is "Sort" or "Reverse" or "Replace")
                    || (member.Name == "Sort" && parameter.Type.Name == "Span"),
                "System.Runtime.InteropServices.MemoryMarshal" => StartsWithAny(member.Name, "Write", "TryWrite"),
                "System.Span" or "System.Memory" => member.Name is "CopyTo" or "TryCopyTo",
                "System.ReadOnlySpan" or "System.ReadOnlyMemory" or "System.ArraySegment" => member.Name is "CopyTo" or "TryCopyTo",
                "System.Runtime.InteropServices.ImmutableCollectionsMarshal" => false,
                _ => parameter.Type.Name != "ArraySegment" || named,
            };
        }

        if (parameter.Type is IPointerTypeSymbol)
        {
            return named || StartsWithAny(member.Name, "Store", "Write", "Copy", "Init", "MemoryCopy");
        }

        return type switch
        {
            "System.Array" => named || (member.Name is "Reverse" or "Clear" or "Fill" && parameter.Ordinal == 0)
                || (member.Name == "Sort" && parameter.Type is IArrayTypeSymbol or { SpecialType: SpecialType.System_Array }),
            "System.Buffers.BuffersExtensions" => named || parameter.Name == "writer",
            "System.Buffer" => named || (member.Name == "SetByte" && parameter.Ordinal == 0),
            "System.Runtime.InteropServices.CollectionsMarshal" => member.Name == "SetCount" && parameter.Ordinal == 0,
            _ => named && parameter.Type is IArrayTypeSymbol or { SpecialType: SpecialType.System_Array },
        };
    }

    /// <summary>Whether what a member returns is a window on what it is given.</summary>
    public static bool ReturnsView(ISymbol member, ITypeSymbol? returned) => TypeFacts.IsView(returned)
        || (returned?.ContainingNamespace?.ToDisplayString() == "System.Collections.ObjectModel"
            && member.ContainingType.Name.EndsWith("Collection", StringComparison.Ordinal))
        || TypeFacts.FullName(member.ContainingType) is "System.Runtime.CompilerServices.Unsafe" or "System.Runtime.InteropServices.MemoryMarshal"
            or "System.Runtime.InteropServices.ImmutableCollectionsMarshal"
        || (TypeFacts.IsView(member.ContainingType) && member.Name is "GetEnumerator")
        || (member.Name == "Array" && TypeFacts.IsView(member.ContainingType))
            || member.Name is "AsReadOnly" or "GetBuffer" or "AsEnumerable" or "AsArray" or "AsList";

    private static INamedTypeSymbol Outermost(INamedTypeSymbol type) => type.ContainingType is { } outer ? Outermost(outer) : type;

    private static bool IsWithin(string space, string root) => space == root || space.StartsWith(root + ".", StringComparison.Ordinal);

    private static bool StartsWithAny(string name, params string[] starts) => starts.Any(start => name.StartsWith(start, StringComparison.Ordinal));

    private static bool IsSetter(ISymbol member) => member is IMethodSymbol { MethodKind: MethodKind.PropertySet, IsInitOnly: false };

    private static bool IsBuilder(INamedTypeSymbol type) => type.Name is "LeafWriter" or "LeafReader" or "GraphBuilder" or "AxesBuilder" or "ShapeBuilder";

    // apart from setters: what the pure types have that changes their objects
    private static bool Changes(string type, ISymbol member) => type switch
    {
        "System.Array" => member.Name is "SetValue" or "Initialize",
        "System.Span" => member.Name is "Fill" or "Clear",
        _ => false,
    };

    private static bool Looks(ISymbol member) => !IsSetter(member) && (member is IPropertySymbol or IFieldSymbol || s_looking.Any(name =>
        member.Name.StartsWith(name, StringComparison.Ordinal)
        && (name.EndsWith("_", StringComparison.Ordinal) || member.Name.Length == name.Length || !char.IsLower(member.Name[name.Length]))));

    private static Effect? Forbidden(INamedTypeSymbol type, ISymbol member)
    {
        (DiagnosticDescriptor Rule, string Remedy)? found = (type.ContainingNamespace?.ToDisplayString() ?? string.Empty, type.Name, member.Name) switch
        {
            ("System", "DateTime" or "DateTimeOffset", "Now" or "UtcNow" or "Today") => (PurityDescriptors.Clock, Time),
            ("System", "Environment", "TickCount" or "TickCount64") => (PurityDescriptors.Clock, Time),
            ("System", "TimeProvider", _) or ("System.Diagnostics", "Stopwatch", _) => (PurityDescriptors.Clock, Time),
            ("System", "TimeZoneInfo", "Local") => (PurityDescriptors.Clock, Time),

            // by the time zone of the machine
            ("System", "DateTime" or "DateTimeOffset", "ToLocalTime" or "LocalDateTime") or ("System", "DateTime", "ToUniversalTime") =>
                (PurityDescriptors.Clock, Time),
            ("System", "DateTimeOffset", WellKnownMemberNames.InstanceConstructorName or WellKnownMemberNames.ImplicitConversionName)
                when TakesADateAlone(member) =>
                (PurityDescriptors.Clock, Time),
            ("System", "Random", _) or ("System", "Guid", "NewGuid" or "CreateVersion7") => (PurityDescriptors.Randomness, Draw),
            ("System.Security.Cryptography", "RandomNumberGenerator", _) => (PurityDescriptors.Randomness, Draw),
            ("System.Runtime.CompilerServices", "RuntimeHelpers", "GetHashCode") => (PurityDescriptors.Randomness, Draw),
            ("System.IO", "Path", "GetRandomFileName") => (PurityDescriptors.Randomness, Draw),

            // other numbers in every process
            ("System", "String" or "Object" or "HashCode", "GetHashCode" or "Combine" or "ToHashCode") =>
                (PurityDescriptors.Randomness, "compute a number of the contents instead"),
            ("System", "Environment", _) => s_constantsOfTheMachine.Contains(member.Name) ? null : (PurityDescriptors.InputOutput, Load),
            ("Hyperdiff", "NumpyFile", _) => (PurityDescriptors.InputOutput, Load),
            ("System", "Console", _) or ("System.Diagnostics", "Process" or "Trace" or "EventLog", _) => (PurityDescriptors.InputOutput, Load),
            ("System.IO", "MemoryStream" or "StringReader" or "StringWriter" or "Stream" or "TextReader" or "TextWriter", _) => null,
            ("System.IO", "BinaryReader" or "BinaryWriter", _) => null,
            ("System.IO", "Path", _) => s_purePathMembers.Contains(member.Name) ? null : (PurityDescriptors.InputOutput, Load),
            ("System.IO", "StreamReader" or "StreamWriter", _) when !OpensFile(member) => null,
            ("System.IO", _, _) or ("Microsoft.Win32", "Registry" or "RegistryKey", _) => (PurityDescriptors.InputOutput, Load),
            ("System.Linq", "ParallelEnumerable", _) => (PurityDescriptors.Mutation, Concurrency),
            ("System.Threading", "Timer" or "PeriodicTimer", _) => (PurityDescriptors.Clock, Time),
            ("System.Threading", "Interlocked" or "Volatile", _) => null,
            ("System.Globalization", "CultureInfo", "CurrentCulture" or "CurrentUICulture" or "InstalledUICulture")
                or ("System.Globalization", "NumberFormatInfo" or "DateTimeFormatInfo", "CurrentInfo")
                or ("System.Globalization", "RegionInfo", "CurrentRegion") or ("System", "StringComparer", "CurrentCulture" or "CurrentCultureIgnoreCase") =>
                (PurityDescriptors.StaticState, "pass the value as a parameter"),
            var (space, _, _) when IsWithin(space, "System.Net") || IsWithin(space, "System.IO") => (PurityDescriptors.InputOutput, Load),
            var (space, _, _) when IsWithin(space, "System.Threading") => (PurityDescriptors.Mutation, Concurrency),
            _ => null,
        };
        return found is var (rule, remedy) ? new Effect(EffectKind.Forbidden, rule, remedy) : StreamMember(type);
    }

    private static Effect? StreamMember(INamedTypeSymbol type) => type is
    {
        Name: "Stream" or "TextReader" or "TextWriter" or "StreamReader" or "StreamWriter",
        ContainingNamespace: { Name: "IO", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } }
    }
            ? Effect.ChangesReceiver : null;

    private static bool TakesADateAlone(ISymbol member) =>
        member is IMethodSymbol { Parameters: { Length: 1 } parameters } && parameters[0].Type.SpecialType == SpecialType.System_DateTime;

    private static bool OpensFile(ISymbol member) => member is IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters: { Length: > 0 } parameters }
        && parameters[0].Type.SpecialType == SpecialType.System_String;
}
