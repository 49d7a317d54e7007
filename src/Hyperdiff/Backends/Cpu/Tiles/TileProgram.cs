using System.Runtime.CompilerServices;

namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>Elementwise work over a domain, with the reductions that consume it: run tile by tile, all instructions for one tile before the next.</summary>
internal sealed class TileProgram
{
    private readonly TileInstruction[] _prologue;
    private readonly TileInstruction[] _body;
    private readonly TileReduction[] _reductions;
    private readonly (DType DType, int Length)[] _memory;

    /// <summary>A program.</summary>
    /// <param name="grid">The domain and its cut.</param>
    /// <param name="prologue">What is computed once per chunk: registers that are the same for every tile.</param>
    /// <param name="body">What is computed for every tile.</param>
    /// <param name="reductions">Those instructions of the body that are reductions.</param>
    /// <param name="memory">How many elements of thread memory are needed, by element type.</param>
    public TileProgram(TileGrid grid, TileInstruction[] prologue, TileInstruction[] body, TileReduction[] reductions, (DType DType, int Length)[] memory) =>
        (Grid, _prologue, _body, _reductions, _memory) = (grid, prologue, body, reductions, memory);

    /// <summary>The domain and its cut.</summary>
    public TileGrid Grid { get; }

    /// <summary>What fetches the next tile; null if nothing does.</summary>
    public TileLookahead? Ahead { get; init; }

    /// <summary>The registers of this thread, with room for the program.</summary>
    public TileRegisters Registers()
    {
        TileRegisters registers = TileRegisters.Current;
        foreach ((DType dtype, int length) in _memory)
        {
            registers.Reserve(dtype, length);
        }

        return registers;
    }

    /// <summary>Runs one chunk; chunks may run at the same time.</summary>
    public void RunChunk(ReadOnlySpan<HostArray> values, int chunk)
    {
        TileRegisters registers = Registers();
        Begin(values, registers);
        int first = chunk * Grid.TilesPerChunk, count = Math.Min(Grid.TilesPerChunk, Grid.Tiles - first);
        for (int ordinal = 0; ordinal < count; ordinal++)
        {
            var tile = new Tile(values, registers, Grid.RegisterStride, Grid.Place(first + ordinal), ordinal);
            if (Ahead is null || first + ordinal + 1 == Grid.Tiles)
            {
                RunTile(tile);
            }
            else
            {
                RunTile(tile, Ahead, values);
            }
        }

        FinishChunk(values, registers, chunk, count);
    }

    /// <summary>Computes what is the same for every tile of a chunk.</summary>
    public void Begin(ReadOnlySpan<HostArray> values, TileRegisters registers)
    {
        if (_prologue.Length > 0)
        {
            var whole = new Tile(values, registers, Grid.RegisterStride, (0, Grid.Capacity, 0, 0), 0);
            foreach (TileInstruction instruction in _prologue)
            {
                instruction.Kernel.Run(whole, instruction);
            }
        }
    }

    /// <summary>Runs the body on one tile.</summary>
    public void RunTile(in Tile tile)
    {
        foreach (TileInstruction instruction in _body)
        {
            Run(tile, instruction);
        }
    }

    /// <summary>Writes the reductions' results for a chunk.</summary>
    public void FinishChunk(ReadOnlySpan<HostArray> values, TileRegisters registers, int chunk, int tiles)
    {
        foreach (TileReduction reduction in _reductions)
        {
            reduction.FinishChunk(new Tile(values, registers, Grid.RegisterStride, default, tiles - 1), chunk);
        }
    }

    /// <summary>Folds the chunks' results, once all chunks have run.</summary>
    public void Finish(ReadOnlySpan<HostArray> values)
    {
        foreach (TileReduction reduction in _reductions)
        {
            reduction.Finish(values);
        }
    }

    private void RunTile(in Tile tile, TileLookahead ahead, ReadOnlySpan<HostArray> values)
    {
        for (int i = 0; i < _body.Length; i++)
        {
            Run(tile, _body[i]);
            ahead.Fetch(values, tile.Start + tile.Length, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Run(in Tile tile, TileInstruction instruction)
    {
        if (instruction.IsPerRow)
        {
            instruction.Kernel.Run(tile.OfRows(Grid.Columns), instruction);
        }
        else
        {
            instruction.Kernel.Run(tile, instruction);
        }
    }
}
