using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu;

namespace Hyperdiff.Tests.Backends.Cpu.Kernels;

/// <summary>A call hands vectors over on the stack, where most of them cross cache lines: a kernel that makes one for each vector takes several times as long,
/// in one process more than in another.</summary>
public sealed class VectorCallTests
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly Type[] s_vectors = [typeof(Vector128<>), typeof(Vector256<>), typeof(Vector512<>)];

    [Fact]
    public void MethodThatTakesOrGivesVectors_SaysWhetherItIsPartOfTheLoopAroundIt()
    {
        MethodInfo[] methods =
        [
            .. from type in typeof(CpuBackend).Assembly.GetTypes()
               where type.Namespace?.StartsWith(typeof(CpuBackend).Namespace!, StringComparison.Ordinal) == true
               from method in type.GetMethods(Declared)
               where method.GetMethodBody() is not null && !type.IsInterface
               where HoldsVector(method.ReturnType) || Array.Exists(method.GetParameters(), HasVector)
               select method,
        ];

        Assert.Contains(methods, method => method.Name.EndsWith("Of", StringComparison.Ordinal));
        Assert.Empty(methods.Where(method => !Says(method)).Select(method => $"{method.DeclaringType!.Name}.{method.Name}").Distinct());
    }

    private static bool Says(MethodInfo method) =>
        (method.MethodImplementationFlags & (MethodImplAttributes.AggressiveInlining | MethodImplAttributes.NoInlining)) != 0
        || method.IsDefined(typeof(CompilerGeneratedAttribute));

    private static bool HasVector(ParameterInfo parameter) => HoldsVector(parameter.ParameterType);

    // a vector, or a tuple that has one
    private static bool HoldsVector(Type type) => type.IsGenericType
        && (s_vectors.Contains(type.GetGenericTypeDefinition()) || Array.Exists(type.GetGenericArguments(), HoldsVector)) && !type.IsByRef;
}
