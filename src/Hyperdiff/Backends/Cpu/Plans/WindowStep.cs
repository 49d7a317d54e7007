using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Backends.Cpu.WindowSums;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Sums over what a window sees, or the cotangent of their weights.</summary>
/// <param name="shape">The window.</param>
/// <param name="slots">The slots of the source, of the weights (−1 if all are 1; the cotangent of the sums, where the weights are computed) and of the
/// result.</param>
/// <param name="definition">What counts where the result is not finite; null if nothing else does.</param>
/// <param name="pool">The threads that share large work.</param>
internal sealed class WindowStep<T>(WindowShape shape, (int Source, int Weights, int Result) slots, DefinedWindow? definition, WorkerPool pool) : Step
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Action<HostArray, HostArray?, HostArray, WorkerPool> _run = VectorWidths.Widest switch
    {
        VectorWidth.Bits512 => Kernel<Vector512<T>, Lanes512<T>>(shape),
        VectorWidth.Bits256 => Kernel<Vector256<T>, Lanes256<T>>(shape),
        _ => Kernel<Vector128<T>, Lanes128<T>>(shape),
    };

    /// <inheritdoc/>
    public override void Run(Frame frame)
    {
        HostArray result = frame.Values[slots.Result];
        _run(frame.Values[slots.Source], slots.Weights < 0 ? null : frame.Values[slots.Weights], result, pool);
        if (definition is not null && !TensorPrimitives.IsFiniteAll<T>(result.AsSpan<T>()))
        {
            definition.Run<T>(frame, slots.Result);
        }
    }

    private static Action<HostArray, HostArray?, HostArray, WorkerPool> Kernel<TVector, TLanes>(WindowShape shape)
        where TVector : unmanaged
        where TLanes : struct, IVectorLanes<T, TVector> =>
        shape.IsOfWeights ? new WindowDots<T, TVector, TLanes>(shape).Run : new WindowSum<T, TVector, TLanes>(shape).Run;
}
