using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Hyperdiff;

/// <summary>A variable that a function captured: a constant to a pure form.</summary>
/// <param name="Name">Its name in the source; <c>this</c> for the object whose method the function is.</param>
/// <param name="Type">The type of what it holds.</param>
/// <param name="CanChange">Whether what it holds can change while the variable stays what it is: a cell, an array, an object with something to set. A
/// variable of C# that is only assigned anew is not told from one that never is; that is seen when the form is used.</param>
public sealed record CapturedVariable(string Name, Type Type, bool CanChange)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}, a {Described(Type)}";

    /// <summary>What a function captured, by variable.</summary>
    internal static IReadOnlyList<CapturedVariable> Of(CapturedVariables? captured) =>
    [
        .. (captured?.Fields ?? []).Where(field => field.Value is null || !CapturedVariables.IsCode(field.Value))
            .GroupBy(field => field.Name.Split('.')[0])
            .Select(variable => new CapturedVariable(
                variable.Key, variable.First().Value?.GetType() ?? variable.First().Field.FieldType, variable.Any(Changes))),
    ];

    private static bool Changes(CapturedField field) => field.Value is Array { Length: > 0 }
        || (!CapturedVariables.IsCode(field.Holder) && !field.Field.IsInitOnly && !IsImmutable(field));

    // records and unions of F#, whose fields are not marked; of these a field is mutable if its property can be set
    private static bool IsImmutable(CapturedField field)
    {
        Type holder = field.Holder.GetType();
        return holder.Namespace is "System.Collections.Immutable" or "System.Collections.Frozen"
            || (holder.GetCustomAttributesData().Any(attribute => attribute.AttributeType.Name == "CompilationMappingAttribute")
                && field.Field.DeclaringType is { Name: not "FSharpRef`1" } && field.Name.Split('.')[^1] is var name
                && Property(holder, name) is not { CanWrite: true });
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "A property that was trimmed away is not set by anyone.")]
    private static PropertyInfo? Property(Type holder, string name) =>
        holder.GetProperty(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static string Described(Type type) => !type.IsGenericType ? type.Name
        : $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Described))}>";
}
