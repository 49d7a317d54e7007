namespace Hyperdiff;

/// <summary>Says of a member that the analyzers cannot see into, such as one of another assembly, that it is a pure function.</summary>
/// <remarks>Nothing checks it: <c>[assembly: AssumePure(typeof(Special), nameof(Special.Bessel))]</c>. For a constructor the member is the name of its
/// type.</remarks>
/// <param name="type">The type that declares the member.</param>
/// <param name="member">The name of the member; all overloads are meant.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class AssumePureAttribute(Type type, string member) : Attribute
{
    /// <summary>The type that declares the member.</summary>
    public Type Type { get; } = type;

    /// <summary>The name of the member.</summary>
    public string Member { get; } = member;
}
