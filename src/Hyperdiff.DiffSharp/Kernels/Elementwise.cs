namespace Hyperdiff.DiffSharp;

/// <summary>Functions of one or two numbers that DiffSharp does not have, or has with fewer digits.</summary>
internal static class Elementwise
{
    // for ties of zeros: +0 is the greater
    public static RawTensor Maximum(KernelCall call) => Extreme(call, call.X, call.Y, call.X.GtTT(call.Y), equal => call.Add(call.X, call.Y));

    public static RawTensor Minimum(KernelCall call) =>
        Extreme(call, call.X, call.Y, call.X.LtTT(call.Y), equal => call.Negate(call.Add(call.Negate(call.X), call.Negate(call.Y))));

    // x if it is beyond y or not a number, otherwise y; of two zeros, what their sum says
    private static RawTensor Extreme(KernelCall call, RawTensor x, RawTensor y, RawTensor beyond, Func<RawTensor, RawTensor> zeros)
    {
        call.Scratch.Add(beyond);
        RawTensor isX = Masks.Or(call, beyond, Masks.Not(call, call.Scratch.Add(x.EqTT(x))));
        RawTensor picked = call.Select(isX, x, y);
        if (call.Result.DType == DType.Int32)
        {
            return picked;
        }

        RawTensor zero = call.Full(x, 0);
        RawTensor tie = Masks.And(call, call.Scratch.Add(x.EqTT(zero)), call.Scratch.Add(y.EqTT(zero)));
        return call.Select(tie, zeros(tie), picked);
    }

    public static RawTensor Sign(KernelCall call)
    {
        // ±0 and NaN are their own signs
        RawTensor zero = call.Full(call.X, 0);
        RawTensor positive = call.Scratch.Add(call.X.GtTT(zero)), negative = call.Scratch.Add(call.X.LtTT(zero));
        return call.Select(positive, call.Full(call.X, 1), call.Select(negative, call.Full(call.X, -1), call.X));
    }

    public static RawTensor Truncate(KernelCall call)
    {
        RawTensor negative = call.Scratch.Add(call.X.LtTT(call.Full(call.X, 0)));
        return call.Select(negative, call.Scratch.Add(call.X.CeilT()), call.Scratch.Add(call.X.FloorT()));
    }

    public static RawTensor OneMinusSquare(KernelCall call) =>
        call.Multiply(call.Add(call.Negate(call.X), 1), call.Add(call.X, 1));

    public static RawTensor SechSquared(KernelCall call)
    {
        RawTensor e = call.Exp(call.Multiply(call.Abs(call.X), -2)), sum = call.Add(e, 1);
        return call.Divide(call.Multiply(e, 4), call.Multiply(sum, sum));
    }

    /// <summary>log(1 + x) = x log(u) / (u − 1) with u the rounded 1 + x: the errors of u cancel (Goldberg 1991, theorem 4).</summary>
    public static RawTensor Log1p(KernelCall call, RawTensor x)
    {
        RawTensor u = call.Add(x, 1), one = call.Full(x, 1);
        RawTensor isOne = call.Scratch.Add(u.EqTT(one)), log = call.Scratch.Add(u.LogT());
        RawTensor difference = call.Select(isOne, one, call.Subtract(u, one));
        RawTensor corrected = call.Multiply(log, call.Divide(x, difference));

        // where u is x itself the quotient is 1, or ∞/∞
        RawTensor large = call.Scratch.Add(x.GtTT(call.Full(x, 1e8)));
        return call.Select(isOne, x, call.Select(large, log, corrected));
    }

    /// <summary>eˣ − 1 = 2 e^{x/2} sinh(x/2).</summary>
    public static RawTensor Expm1(KernelCall call)
    {
        RawTensor half = call.Multiply(call.X, 0.5);
        RawTensor near = call.Multiply(call.Multiply(call.Exp(half), call.Scratch.Add(half.SinhT())), 2);
        RawTensor far = call.Add(call.Exp(call.X), -1);
        return call.Select(call.Scratch.Add(call.Abs(call.X).GtTT(call.Full(call.X, 1))), far, near);
    }

    public static RawTensor Softplus(KernelCall call)
    {
        RawTensor positive = call.Select(call.Scratch.Add(call.X.LtTT(call.Full(call.X, 0))), call.Full(call.X, 0), call.X);
        return call.Add(positive, Log1p(call, call.Exp(call.Negate(call.Abs(call.X)))));
    }
}
