using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Folds over axes in the middle, or what a window sees.</summary>
/// <param name="family">The reduction.</param>
/// <param name="fold">What is folded.</param>
/// <param name="slots">The slots that are read and written.</param>
/// <param name="pool">The threads that share large work.</param>
internal sealed class FoldStep(ReductionFamily family, StridedFold fold, (int Source, int Result) slots, WorkerPool pool) : Step
{
    /// <inheritdoc/>
    public override void Run(Frame frame) => pool.Run(fold.Parts.Parts, new Work(family, fold, frame.Values[slots.Source], frame.Values[slots.Result]));

    private readonly struct Work(ReductionFamily family, StridedFold fold, HostArray source, HostArray result) : ITileWork
    {
        /// <inheritdoc/>
        public void Execute(int tile) => family.Fold(fold, source, result, tile);
    }
}
