namespace Hyperdiff.DiffSharp;

/// <summary>Masks, and conversions to and from them.</summary>
internal static class Masks
{
    public static RawTensor And(KernelCall call) => And(call, call.X, call.Y);

    public static RawTensor Or(KernelCall call) => Or(call, call.X, call.Y);

    public static RawTensor And(KernelCall call, RawTensor x, RawTensor y) =>
        call.Cast(call.Multiply(call.Cast(x, DType.Int32), call.Cast(y, DType.Int32)), DType.Bool);

    public static RawTensor Or(KernelCall call, RawTensor x, RawTensor y) =>
        call.Cast(call.Add(call.Cast(x, DType.Int32), call.Cast(y, DType.Int32)), DType.Bool);

    public static RawTensor Not(KernelCall call, RawTensor x)
    {
        RawTensor number = call.Cast(x, DType.Int32);
        return call.Scratch.Add(number.EqTT(call.Full(number, 0)));
    }

    // ∞ − ∞ and NaN − NaN are not numbers, which equal nothing
    public static RawTensor IsFinite(KernelCall call)
    {
        RawTensor difference = call.Subtract(call.X, call.X);
        return call.Scratch.Add(difference.EqTT(difference));
    }

    public static RawTensor Convert(KernelCall call) => call.Result.DType == DType.Bool && !call.X.Dtype.Equals(DiffDtype.Bool)
        ? call.Scratch.Add(call.X.NeqTT(call.Full(call.X, 0)))
        : call.Cast(call.X, call.Result.DType);
}
