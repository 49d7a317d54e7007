using System.Reflection;
using System.Runtime.CompilerServices;

namespace Hyperdiff.Tests.Formalities;

/// <summary>A method that must be given more than six things takes a record of what travels together, or says here why not.</summary>
public sealed class ParameterCountTests
{
    private const int Most = 6;

    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly Dictionary<string, string> s_reasons = new()
    {
        ["ObjectiveForm`4..ctor"] = "called by generated code only",
        ["Tree.Tuple"] = "one per component",
        ["MatrixItem..ctor"] = "the record of what a kernel works on",
        ["OnePassStep`1..ctor"] = "the record of a step of a plan",
        ["Work..ctor"] = "the record of what the threads of a sparse product share",
        ["PanelPacking`3.Pack"] = "a kernel: pointers and steps are in registers",
        ["PanelPacking`3.CopyColumns"] = "a kernel: pointers and steps are in registers",
        ["RegisterTile`6.Row"] = "a kernel: its accumulators are in registers",
        ["RowKernels`3.Dots"] = "a kernel: pointers and steps are in registers",
    };

    [Fact]
    public void NoMethod_MustBeGivenMoreThanSixThings_WithoutAReason()
    {
        string[] found =
        [
            .. from type in typeof(Tensor).Assembly.GetTypes()
               where !IsMade(type) && !typeof(Delegate).IsAssignableFrom(type)
               from method in type.GetMembers(Declared).OfType<MethodBase>()
               where !IsMade(method) && method.Name != "Deconstruct" && !(method.IsConstructor && IsRecord(type)) && !IsOverride(method)
               where method.GetParameters().Count(parameter => !parameter.IsOptional) > Most
               select $"{type.Name}.{method.Name}",
        ];

        Assert.Equal(s_reasons.Keys.Order(StringComparer.Ordinal), found.Distinct().Order(StringComparer.Ordinal));
    }

    private static bool IsMade(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute)) || member.Name.Contains('<', StringComparison.Ordinal)
        || (member.DeclaringType is { } outer && outer != member && member is Type && IsMade(outer));

    // its fields have names, and are given by them
    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", Declared) is not null;

    private static bool IsOverride(MethodBase method) => method is MethodInfo { IsVirtual: true } info && info.GetBaseDefinition() != info;
}
