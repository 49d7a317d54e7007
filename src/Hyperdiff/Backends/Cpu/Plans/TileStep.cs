using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Runs a tile program; threads share its chunks.</summary>
/// <param name="program">The program.</param>
/// <param name="pool">The threads to use: one, for a domain that is too small to share.</param>
internal sealed class TileStep(TileProgram program, WorkerPool pool) : Step
{
    /// <inheritdoc/>
    public override void Run(Frame frame)
    {
        if (program.Grid.Chunks == 1)
        {
            program.RunChunk(frame.Values, 0);
        }
        else
        {
            pool.Run(program.Grid.Chunks, new Chunks(program, frame.Values));
        }

        program.Finish(frame.Values);
    }

    private readonly struct Chunks(TileProgram program, HostArray[] values) : ITileWork
    {
        public void Execute(int tile) => program.RunChunk(values, tile);
    }
}
