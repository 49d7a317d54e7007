using System.Diagnostics;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Writes the lines of a group as a tile program, and assigns registers.</summary>
internal sealed class TileProgramBuilder(TileGrid grid)
{
    // what one element of a function that is not plain arithmetic costs, in additions
    private const int FunctionCost = 8;

    private const int ShortestRow = 32;

    private readonly List<TileInstruction> _prologue = [];
    private readonly List<TileInstruction> _body = [];
    private readonly List<TileReduction> _reductions = [];
    private readonly Dictionary<Slot, int> _registers = [];
    private readonly Dictionary<(View View, DType DType), TileSource> _spread = [];
    private readonly HashSet<Slot> _pinned = [];
    private readonly HashSet<(int Slot, int ElementBytes)> _arrays = [];
    private readonly Stack<int> _free = new();
    private readonly SortedSet<DType> _types = [];
    private int _registerCount;

    /// <summary>What an element of the domain costs, in additions.</summary>
    public long Cost { get; private set; }

    /// <summary>A register for a value that is there before the program runs, or is wanted after.</summary>
    public int Pin(Slot slot)
    {
        _pinned.Add(slot);
        if (!_registers.TryGetValue(slot, out int register))
        {
            register = _registers[slot] = _registerCount++;
            _types.Add(slot.Type.DType);
        }

        return register;
    }

    /// <summary>Adds a line; slots know which is the last to read them.</summary>
    public void Add(GroupEntry entry)
    {
        TileKernel kernel = entry.IsElementwise ? entry.Kernel() : Reduction(entry);
        var sources = new TileSource[entry.Operands.Length];
        for (int i = 0; i < sources.Length; i++)
        {
            sources[i] = IsReadAsColumn(entry, kernel, i) ? new TileSource(TileSourceKind.Column, entry.Operands[i].Slot!.Index, grid.Columns)
                : IsReadAsWindow(entry, kernel, i)
                ? new TileSource(TileSourceKind.Window, entry.Operands[i].Slot!.Index, grid.Columns) { Place = entry.Operands[i].Place }
                : Source(entry.Operands[i], entry.OperandType(i), kernel.TakesScalar(i));
        }

        KeepArrays(entry);
        if (Array.TrueForAll(sources, static source => source.IsScalar))
        {
            sources[0] = Source(entry.Operands[0], entry.OperandType(0), mayBeScalar: false);
        }

        if (kernel.WorksInPlace)
        {
            ReleaseDying();
        }

        _body.Add(new TileInstruction(kernel, entry.IsElementwise ? Target(entry.Result) : default, sources) { IsPerRow = entry.IsPerRow });
        if (!kernel.WorksInPlace)
        {
            ReleaseDying();
        }

        Cost += entry.Operation is null or Primitives.Add or Primitives.Subtract or Primitives.Multiply or Primitives.Negate or Primitives.Reduction
            ? 1 : FunctionCost;

        // an operand that is there twice is let go once
        void ReleaseDying()
        {
            foreach (View view in entry.Operands)
            {
                if (view.Slot is { Kind: SlotKind.Register } slot && ReferenceEquals(slot.LastRead, entry))
                {
                    Release(slot);
                }
                else if (IsMadeForEachTile(view) && ReferenceEquals(view.Slot!.LastRead, entry))
                {
                    ReleaseSpread(view.Slot!);
                }
            }
        }
    }

    /// <summary>The program.</summary>
    public TileProgram Build()
    {
        var memory = _types.ToDictionary(dtype => dtype, _ => _registerCount * grid.RegisterStride);
        foreach (TileReduction reduction in _reductions)
        {
            reduction.StateStart = memory.GetValueOrDefault(reduction.DType);
            memory[reduction.DType] = reduction.StateStart + reduction.StateLength;
        }

        return new TileProgram(grid, [.. _prologue], [.. _body], [.. _reductions], [.. memory.Select(pair => (pair.Key, pair.Value))])
        {
            Ahead = TileLookahead.Of(grid, _arrays, _body.Count),
        };
    }

    // what a line reads or writes in memory, with an element for each of the domain
    private void KeepArrays(GroupEntry entry)
    {
        if (entry.IsPerRow)
        {
            return;
        }

        foreach (View view in entry.Operands)
        {
            Keep(view.Kind == ViewKind.Dense ? view.Slot : null);
        }

        Keep(entry.IsElementwise ? entry.Result : null);

        void Keep(Slot? slot)
        {
            if (slot is not null && slot.Kind != SlotKind.Register)
            {
                _arrays.Add((slot.Index, (int)(slot.Type.Bytes / Math.Max(1, slot.Count))));
            }
        }
    }

    // long rows are gone through one by one; a column of short ones is repeated, for all of the tile at a time
    private bool IsReadAsColumn(GroupEntry entry, TileKernel kernel, int operand) =>
        entry.Operands[operand].Kind == ViewKind.Column && !grid.RowsAreCut && grid.Columns >= ShortestRow && kernel.TakesColumn(operand)
        && !_spread.ContainsKey((entry.Operands[operand], entry.OperandType(operand)))
        && entry.Operands.Count(view => view.Kind == ViewKind.Column) == 1;

    // so are parts of long rows, which otherwise are copied, one operand after the other
    private bool IsReadAsWindow(GroupEntry entry, TileKernel kernel, int operand) =>
        entry.Operands[operand].Kind == ViewKind.Window && !grid.RowsAreCut && grid.Columns >= ShortestRow && kernel.TakesWindows
        && Array.TrueForAll(entry.Operands, view => view.IsWhole) && !_spread.ContainsKey((entry.Operands[operand], entry.OperandType(operand)));

    private TileReduction Reduction(GroupEntry entry)
    {
        ReductionFamily family = ReductionKernels.Find(entry.Operation!, entry.Result.Type.DType)
            ?? throw new UnreachableException("only reductions with kernels are fused");
        (int partials, int result) = (entry.Partials?.Index ?? -1, entry.Result.Index);
        TileReduction reduction = entry.IsOfProducts ? ReductionKernels.OfProducts(entry.OperandType(0), entry.Result.Type.DType, partials, result)
            : family.Make(entry.Reduction, entry.Result.Type.DType, grid, partials, result);
        _reductions.Add(reduction);
        return reduction;
    }

    private TileTarget Target(Slot slot)
    {
        if (slot.Kind != SlotKind.Register)
        {
            return new TileTarget(false, slot.Index);
        }

        if (!_registers.TryGetValue(slot, out int register))
        {
            register = _registers[slot] = _free.TryPop(out int free) ? free : _registerCount++;
            _types.Add(slot.Type.DType);
        }

        return new TileTarget(true, register);
    }

    private void Release(Slot slot)
    {
        if (!_pinned.Contains(slot) && _registers.Remove(slot, out int register))
        {
            _free.Push(register);
        }
    }

    // a column along the rows of a tile, or a part of these rows
    private static bool IsMadeForEachTile(View view) => view.Kind is ViewKind.Column or ViewKind.Window;

    private void ReleaseSpread(Slot read)
    {
        foreach ((View View, DType DType) key in _spread.Keys.Where(key => IsMadeForEachTile(key.View) && key.View.Slot == read).ToArray())
        {
            _free.Push(_spread[key].Index);
            _spread.Remove(key);
        }
    }

    private TileSource Source(View view, DType dtype, bool mayBeScalar)
    {
        TileSource source = view.Kind switch
        {
            ViewKind.Dense => view.Slot!.Kind == SlotKind.Register
                ? new TileSource(TileSourceKind.Register, _registers[view.Slot])
                : new TileSource(TileSourceKind.Dense, view.Slot.Index),
            ViewKind.Scalar => new TileSource(TileSourceKind.Scalar, view.Slot!.Index),
            ViewKind.Constant => new TileSource(TileSourceKind.Constant, Constant: view.Constant),
            ViewKind.Row => new TileSource(TileSourceKind.RowSegment, view.Slot!.Index),
            ViewKind.Window => new TileSource(TileSourceKind.Dense, view.Slot!.Index),
            _ => new TileSource(TileSourceKind.ColumnElement, view.Slot!.Index),
        };
        bool spread = view.IsStructured && (view.Kind == ViewKind.Window || !grid.RowsAreCut);
        return spread || (source.IsScalar && !mayBeScalar) ? Spread(view, source, dtype) : source;
    }

    // What is the same for all tiles of a chunk is repeated once, in the prologue; a column or a part of rows once per tile.
    private TileSource Spread(View view, TileSource source, DType dtype)
    {
        if (_spread.TryGetValue((view, dtype), out TileSource ready))
        {
            return ready;
        }

        SpreadKernels kernels = SpreadKernels.For(dtype);
        TileKernel kernel = view.Kind switch
        {
            ViewKind.Constant => kernels.Constant(view.Constant),
            ViewKind.Row => kernels.Row(grid.Columns),
            ViewKind.Window => kernels.Window(grid.Columns, view.Place),
            ViewKind.Column when !grid.RowsAreCut => kernels.Column(grid.Columns),
            _ => kernels.Scalar,
        };
        var target = new TileTarget(true, IsMadeForEachTile(view) && _free.TryPop(out int free) ? free : _registerCount++);
        _types.Add(dtype);
        (IsMadeForEachTile(view) ? _body : _prologue).Add(new TileInstruction(kernel, target, source));
        return _spread[(view, dtype)] = target.AsSource();
    }
}
