using System.Reflection;
using System.Reflection.Emit;
using DiffSharp.Backends;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Hyperdiff.DiffSharp.Tests;

/// <summary>A backend of DiffSharp's that stands in for its Torch backend: what it computes is the reference backend's, but its memory is not an array, has
/// handles to be
/// given back, and throws when it is used afterwards.</summary>
internal static class StandIn
{
    private const string Name = "StandIn";

    private static readonly MethodInfo[] s_operations = [.. typeof(RawTensor).GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(method => method.IsAbstract)];

    private static readonly Type s_type = Emit();

    static StandIn()
    {
        AssemblyBuilder assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName($"DiffSharp.Backends.{Name}"), AssemblyBuilderAccess.Run);
        assembly.DefineDynamicModule(Name).DefineType($"DiffSharp.Backends.{Name}.{Name}BackendTensorStatics", TypeAttributes.Public, typeof(StandInStatics))
            .CreateType();
        AppDomain.CurrentDomain.AssemblyResolve += (_, wanted) => new AssemblyName(wanted.Name).Name == assembly.GetName().Name ? assembly : null;
    }

    /// <summary>Handles that were made and not given back.</summary>
    public static int Live => NativeHandle.Live;

    public static DiffBackend Backend { get; } = global::DiffSharp.BackendModule.Register(Name);

    public static RawTensor Wrap(RawTensor inner)
    {
        var wrapped = (StandInTensor)Activator.CreateInstance(s_type)!;
        wrapped.Inner = inner;
        return wrapped;
    }

    private static Type Emit()
    {
        TypeBuilder type = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName($"{Name}Tensors"), AssemblyBuilderAccess.Run).DefineDynamicModule(Name)
            .DefineType(Name, TypeAttributes.Public, typeof(StandInTensor));
        for (int i = 0; i < s_operations.Length; i++)
        {
            MethodInfo operation = s_operations[i];
            Type[] parameters = [.. operation.GetParameters().Select(parameter => parameter.ParameterType)];
            ILGenerator body = type.DefineMethod(operation.Name, operation.Attributes & ~(MethodAttributes.Abstract | MethodAttributes.NewSlot),
                operation.ReturnType, parameters).GetILGenerator();
            body.Emit(OpCodes.Ldarg_0);
            body.Emit(OpCodes.Ldc_I4, i);
            body.Emit(OpCodes.Ldc_I4, parameters.Length);
            body.Emit(OpCodes.Newarr, typeof(object));
            for (int j = 0; j < parameters.Length; j++)
            {
                body.Emit(OpCodes.Dup);
                body.Emit(OpCodes.Ldc_I4, j);
                body.Emit(OpCodes.Ldarg, j + 1);
                body.Emit(OpCodes.Box, parameters[j]);
                body.Emit(OpCodes.Stelem_Ref);
            }

            body.Emit(OpCodes.Call, typeof(StandInTensor).GetMethod(nameof(StandInTensor.Call))!);
            if (operation.ReturnType == typeof(void))
            {
                body.Emit(OpCodes.Pop);
            }
            else
            {
                body.Emit(OpCodes.Unbox_Any, operation.ReturnType);
            }

            body.Emit(OpCodes.Ret);
        }

        type.DefineDefaultConstructor(MethodAttributes.Public);
        return type.CreateType();
    }

    /// <summary>A handle of native memory, counted.</summary>
    public sealed class NativeHandle : IDisposable
    {
        private static int s_live;

        // as TorchSharp's have one: what nobody gave back
        ~NativeHandle() => Dispose(false);

        public NativeHandle() => Interlocked.Increment(ref s_live);

        public static int Live => Volatile.Read(ref s_live);

        public bool IsDisposed { get; private set; }

        public void Dispose()
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            GC.SuppressFinalize(this);
            Dispose(true);
        }

        private void Dispose(bool known)
        {
            IsDisposed = known;
            Interlocked.Decrement(ref s_live);
        }
    }

    public static object? Call(StandInTensor self, int index, object?[] arguments)
    {
        MethodInfo operation = s_operations[index];
        switch (operation.Name)
        {
            case "get_Handle":
                return self.Native;
            case "get_Backend":
                return Backend;
            case var name when name.StartsWith("get_", StringComparison.Ordinal):
                return operation.Invoke(self.Inner, arguments);
        }

        ObjectDisposedException.ThrowIf(self.Native.IsDisposed, self);
        try
        {
            return Wrapped(operation.Invoke(self.Inner, Array.ConvertAll(arguments, Unwrapped)), self);
        }
        catch (TargetInvocationException exception)
        {
            throw exception.InnerException!;
        }
    }

    private static object? Unwrapped(object? argument)
    {
        switch (argument)
        {
            case StandInTensor tensor:
                ObjectDisposedException.ThrowIf(tensor.Native.IsDisposed, tensor);
                return tensor.Inner;
            case RawTensor[] tensors:
                return Array.ConvertAll(tensors, tensor => (RawTensor)Unwrapped(tensor)!);
            default:
                return argument;
        }
    }

    // what DiffSharp returns as it is stays one object
    private static object? Wrapped(object? result, StandInTensor self) => result switch
    {
        RawTensor tensor => ReferenceEquals(tensor, self.Inner) ? self : Wrap(tensor),
        RawTensor[] tensors => Array.ConvertAll(tensors, Wrap),
        Tuple<RawTensor, RawTensor> pair => Tuple.Create(Wrap(pair.Item1), Wrap(pair.Item2)),
        _ => result,
    };
}

/// <summary>What the emitted class derives from.</summary>
public abstract class StandInTensor : RawTensor
{
    internal RawTensor Inner { get; set; } = null!;

    internal StandIn.NativeHandle Native { get; } = new();

    public static object? Call(StandInTensor self, int index, object?[] arguments) => StandIn.Call(self, index, arguments);
}

/// <summary>How tensors of the backend are made.</summary>
public abstract class StandInStatics : BackendTensorStatics
{
    private static readonly BackendTensorStatics s_reference = Get(Make.Reference);

    public override void Seed(int seed) => s_reference.Seed(seed);

    public override RawTensor Zero(DiffDtype dtype, DiffDevice device) => StandIn.Wrap(s_reference.Zero(dtype, device));

    public override RawTensor Empty(int[] shape, DiffDtype dtype, DiffDevice device) => StandIn.Wrap(s_reference.Empty(shape, dtype, device));

    public override RawTensor Zeros(int[] shape, DiffDtype dtype, DiffDevice device) => StandIn.Wrap(s_reference.Zeros(shape, dtype, device));

    public override RawTensor One(DiffDtype dtype, DiffDevice device) => StandIn.Wrap(s_reference.One(dtype, device));

    public override RawTensor Ones(int[] shape, DiffDtype dtype, DiffDevice device) => StandIn.Wrap(s_reference.Ones(shape, dtype, device));

    public override RawTensor Full(int[] shape, IConvertible value, DiffDtype dtype, DiffDevice device) =>
        StandIn.Wrap(s_reference.Full(shape, value, dtype, device));

    public override RawTensor Random(int[] shape, DiffDtype dtype, DiffDevice device) => StandIn.Wrap(s_reference.Random(shape, dtype, device));

    public override RawTensor RandomNormal(int[] shape, DiffDtype dtype, DiffDevice device) => StandIn.Wrap(s_reference.RandomNormal(shape, dtype, device));

    public override RawTensor RandomInt(int[] shape, int low, int high, DiffDtype dtype, DiffDevice device) =>
        StandIn.Wrap(s_reference.RandomInt(shape, low, high, dtype, device));

    public override FSharpList<DiffDevice> GetDevices(FSharpOption<global::DiffSharp.DeviceType>? deviceType) => s_reference.GetDevices(deviceType);

    public override bool IsDeviceTypeAvailable(global::DiffSharp.DeviceType deviceType) => s_reference.IsDeviceTypeAvailable(deviceType);

    // memory of its own: nothing that is given is shared
    public override RawTensor CreateFromFlatArray(Array data, int[] shape, DiffDtype dtype, DiffDevice device) =>
        StandIn.Wrap(s_reference.CreateFromFlatArray((Array)data.Clone(), shape, dtype, device));
}
