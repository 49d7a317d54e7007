using Hyperdiff.Graphs;
using Microsoft.FSharp.Core;

namespace Hyperdiff.DiffSharp;

/// <summary>One call of a kernel: what it is of, what it is given, and the operations that kernels are written in.</summary>
/// <param name="Primitive">The primitive.</param>
/// <param name="Operands">Its operands.</param>
/// <param name="Result">The type of its result.</param>
/// <param name="Backend">Where they lie.</param>
/// <param name="Scratch">Takes what is made on the way.</param>
internal sealed record KernelCall(Primitive Primitive, RawTensor[] Operands, TensorType Result, DiffSharpBackend Backend, Scratch Scratch)
{
    /// <summary>The first operand.</summary>
    public RawTensor X => Operands[0];

    /// <summary>The second operand.</summary>
    public RawTensor Y => Operands[1];

    /// <summary>x + y.</summary>
    public RawTensor Add(RawTensor x, RawTensor y) => Scratch.Add(x.AddTT(y, null));

    /// <summary>x + a.</summary>
    public RawTensor Add(RawTensor x, double a) => Scratch.Add(x.AddTT0(a, null));

    /// <summary>x − y.</summary>
    public RawTensor Subtract(RawTensor x, RawTensor y) => Scratch.Add(x.SubTT(y));

    /// <summary>x y.</summary>
    public RawTensor Multiply(RawTensor x, RawTensor y) => Scratch.Add(x.MulTT(y));

    /// <summary>a x.</summary>
    public RawTensor Multiply(RawTensor x, double a) => Scratch.Add(x.MulTT0(a));

    /// <summary>x / y.</summary>
    public RawTensor Divide(RawTensor x, RawTensor y) => Scratch.Add(x.DivTT(y));

    /// <summary>−x.</summary>
    public RawTensor Negate(RawTensor x) => Scratch.Add(x.NegT());

    /// <summary>|x|.</summary>
    public RawTensor Abs(RawTensor x) => Scratch.Add(x.AbsT());

    /// <summary>eˣ.</summary>
    public RawTensor Exp(RawTensor x) => Scratch.Add(x.ExpT());

    /// <summary>A scalar for every element of a tensor like another.</summary>
    public RawTensor Full(RawTensor like, double value) => Scratch.Add(RawTensor.Full(like.Shape, value, FSharpOption<DiffDtype>.Some(like.Dtype),
        FSharpOption<DiffDevice>.Some(like.Device), FSharpOption<DiffBackend>.Some(like.Backend)));

    /// <summary>Another element type.</summary>
    public RawTensor Cast(RawTensor x, DType dtype) => Scratch.Add(x.Cast(Storages.Theirs(dtype)));

    /// <summary>Another shape.</summary>
    public RawTensor View(RawTensor x, params int[] sizes) => Scratch.Add(x.ViewT(sizes));

    /// <summary>Stretched.</summary>
    public RawTensor Expand(RawTensor x, params int[] sizes) => Scratch.Add(x.Expand(sizes));

    /// <summary>Sums along an axis, which goes.</summary>
    public RawTensor Sum(RawTensor x, int axis) => Scratch.Add(x.SumTDim(axis, FSharpOption<DiffDtype>.Some(x.Dtype)));

    /// <summary>x where a mask holds, and y elsewhere, whatever the other is: infinite and not a number included. DiffSharp has no such operation, but can
    /// gather
    /// from both.</summary>
    public RawTensor Select(RawTensor mask, RawTensor x, RawTensor y)
    {
        int count = x.Nelement;
        RawTensor both = Scratch.Add(x.CatTs([View(x, 1, count), View(y, 1, count)], 0));
        RawTensor taken = Cast(mask, DType.Int32), which = Subtract(Full(taken, 1), taken);
        return View(Scratch.Add(both.GatherT(0, View(which, 1, count))), x.Shape);
    }

    /// <summary>Elements of a tensor by their numbers, row-major and from 1; 0 stands for a zero.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="numbers">The numbers, <c>Int32</c>, of any shape.</param>
    public RawTensor Numbered(RawTensor x, RawTensor numbers)
    {
        RawTensor flat = View(x, x.Nelement);
        RawTensor zero = Scratch.Add(RawTensor.Zeros([1], FSharpOption<DiffDtype>.Some(x.Dtype), FSharpOption<DiffDevice>.Some(x.Device),
            FSharpOption<DiffBackend>.Some(x.Backend)));
        RawTensor padded = Scratch.Add(zero.CatTs([zero, flat], 0));
        return View(Scratch.Add(padded.GatherT(0, View(numbers, numbers.Nelement))), numbers.Shape);
    }
}
