using System.Reflection;
using System.Reflection.Emit;

namespace Hyperdiff.DiffSharp;

/// <summary>What stands for a value of a graph under construction where a structure has a DiffSharp tensor: it knows what it is, and computes
/// nothing.</summary>
/// <remarks>So that everything of Hyperdiff's that traces functions of structures takes those of DiffSharp tensors as well. DiffSharp's class has some two
/// hundred
/// operations to be implemented; this one, made at run time, refuses all alike.</remarks>
internal static class TracedRawTensor
{
    private const string Refusal = "A DiffSharp tensor stands here for a value of a graph under construction, of which there is no number yet: DiffSharp "
        + "cannot compute with it. Make maps and objectives of DiffSharp's operations by DiffSharpFunction; or compute with Hyperdiff's: tensor.ToHyperdiff().";

    private static readonly Lazy<Func<object[], RawTensor>> s_make = new(Emit);

    /// <summary>One for a traced tensor.</summary>
    public static DiffTensor For(Tensor traced, DiffDevice device, DiffBackend backend)
    {
        int[] sizes = traced.Shape.Sizes.ToArray();
        return DiffTensor.ofRawTensor(s_make.Value(
            [sizes, sizes.Length, traced.Count, Storages.Theirs(traced.DType), device, device.DeviceType, backend, traced]));
    }

    /// <summary>The traced tensor behind one; null for others.</summary>
    public static Tensor? Of(RawTensor raw) => raw.Handle as Tensor;

    // each property has a field; every other member throws
    private static Func<object[], RawTensor> Emit()
    {
        string[] known = [
            nameof(RawTensor.Shape), nameof(RawTensor.Dim), nameof(RawTensor.Nelement), nameof(RawTensor.Dtype), nameof(RawTensor.Device),
            nameof(RawTensor.DeviceType), nameof(RawTensor.Backend), nameof(RawTensor.Handle),
        ];
        TypeBuilder type = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Hyperdiff.DiffSharp.Traced"), AssemblyBuilderAccess.Run)
            .DefineDynamicModule("Traced").DefineType(nameof(TracedRawTensor), TypeAttributes.Public | TypeAttributes.Sealed, typeof(RawTensor));
        foreach (MethodInfo method in typeof(RawTensor).GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(method => method.IsAbstract))
        {
            MethodBuilder overriding = type.DefineMethod(
                method.Name,
                (method.Attributes & ~(MethodAttributes.Abstract | MethodAttributes.NewSlot)) | MethodAttributes.HideBySig,
                method.ReturnType,
                [.. method.GetParameters().Select(parameter => parameter.ParameterType)]);
            ILGenerator body = overriding.GetILGenerator();
            if (Array.Find(known, name => method.Name == $"get_{name}") is { } property)
            {
                body.Emit(OpCodes.Ldarg_0);
                body.Emit(OpCodes.Ldfld, type.DefineField(property, method.ReturnType, FieldAttributes.Public));
                body.Emit(OpCodes.Ret);
            }
            else
            {
                body.Emit(OpCodes.Ldstr, Refusal);
                body.Emit(OpCodes.Newobj, typeof(InvalidOperationException).GetConstructor([typeof(string)])!);
                body.Emit(OpCodes.Throw);
            }
        }

        type.DefineDefaultConstructor(MethodAttributes.Public);
        Type made = type.CreateType();
        FieldInfo[] fields = Array.ConvertAll(known, name => made.GetField(name)!);
        return values =>
        {
            var raw = (RawTensor)Activator.CreateInstance(made)!;
            for (int i = 0; i < fields.Length; i++)
            {
                fields[i].SetValue(raw, values[i]);
            }

            return raw;
        };
    }
}
